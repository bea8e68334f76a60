import { show } from '../input/fields.ts';
import { ServiceError } from '../service/service-error.ts';

/** The documented codes of the RPC services (inspur-api.md#rpc-style); those of EIP are not published, ECS's stand in [assumed]. */
export const RpcCode = {
  ParameterMissing: '101.001001',
  ParameterInvalid: '101.001002',
  ListEmpty: '101.001008',
  DetailEmpty: '101.001010',
  EipNotFound: '101.006004',
  /** [assumed] after the SLB API's. */
  Unauthorised: '101.999401',
  /** [assumed] after the SLB API's. */
  InternalError: '101.999500',
} as const;

/** The most objects that one page or one list of ids has (inspur-api.md#rpc-style, assumed). */
export const maxPageSize = 100;

/** The parameters of one RPC call: those of the query and those of a form body. */
export class RpcParameters {
  readonly #values: URLSearchParams;

  constructor(query: URLSearchParams, form: string) {
    this.#values = new URLSearchParams([...query, ...new URLSearchParams(form)]);
  }

  /** Whether a parameter is there and not empty. */
  has(name: string): boolean {
    return (this.#values.get(name) ?? '') !== '';
  }

  /** A text; without a fallback it must be there and not be empty. */
  text(name: string, fallback?: string): string {
    const value = this.#values.get(name) ?? '';
    if (value !== '') return value;
    if (fallback !== undefined) return fallback;
    throw new ServiceError(RpcCode.ParameterMissing, `${name}: missing`);
  }

  /** A whole number within the bounds, both inclusive. */
  integer(name: string, min: number, max: number, fallback?: number): number {
    if (fallback !== undefined && !this.has(name)) return fallback;
    const text = this.text(name);
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw this.refuse(name, `an integer from ${min} to ${max}`);
  }

  /** Refuses what is no positive integer; it may be larger than a number holds exactly. */
  checkPositive(name: string): void {
    if (!/^0*[1-9]\d*$/.test(this.text(name))) throw this.refuse(name, 'a positive integer');
  }

  /** Ids separated by commas, at most 100; undefined where the parameter is not there. */
  ids(name: string): readonly string[] | undefined {
    if (!this.has(name)) return undefined;
    const ids = this.text(name).split(',');
    if (ids.length > maxPageSize || ids.includes(''))
      throw this.refuse(name, `1 to ${maxPageSize} ids separated by commas`);
    return ids;
  }

  /** The part of a list that `pageNo` (from 1) and `pageSize` (default and most: 100) ask for. */
  page<T>(all: readonly T[]): readonly T[] {
    const size = this.integer('pageSize', 1, maxPageSize, maxPageSize);
    const start = (this.integer('pageNo', 1, 1_000_000, 1) - 1) * size;
    return all.slice(start, start + size);
  }

  /** The complaint that a parameter is not what is expected. */
  refuse(name: string, expected: string): ServiceError {
    const found = show(this.#values.get(name) ?? undefined);
    return new ServiceError(
      RpcCode.ParameterInvalid,
      `${name}: expected ${expected}, got ${found}`,
    );
  }
}
