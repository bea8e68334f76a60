import { show } from '../input/fields.ts';
import { ServiceError } from '../service/service-error.ts';

/**
 * Documented error codes of the RPC services (inspur-api.md#rpc-style). The codes of EIP are not published; those of
 * ECS are used [assumed].
 */
export const RpcCode = {
  ParameterMissing: '101.001001',
  ParameterInvalid: '101.001002',
  ListEmpty: '101.001008',
  DetailEmpty: '101.001010',
  EipNotFound: '101.006004',
  /** [assumed] Follows the pattern of the SLB API. */
  Unauthorized: '101.999401',
  /** [assumed] Follows the pattern of the SLB API. */
  InternalError: '101.999500',
} as const;

/** Maximum number of objects per page and of IDs per list (inspur-api.md#rpc-style, assumed). */
export const maxPageSize = 100;

/** Parameters of an RPC call, from its query and form body. */
export class RpcParameters {
  readonly #values: URLSearchParams;

  constructor(query: URLSearchParams, form: string) {
    this.#values = new URLSearchParams([...query, ...new URLSearchParams(form)]);
  }

  /** Reports whether a parameter exists and is not empty. */
  has(name: string): boolean {
    return (this.#values.get(name) ?? '') !== '';
  }

  /** Returns a text. If there is no fallback, it must exist and not be empty. */
  text(name: string, fallback?: string): string {
    const value = this.#values.get(name) ?? '';
    if (value !== '') return value;
    if (fallback !== undefined) return fallback;
    throw new ServiceError(RpcCode.ParameterMissing, `${name}: missing`);
  }

  /** Returns an integer within inclusive bounds. */
  integer(name: string, min: number, max: number, fallback?: number): number {
    if (fallback !== undefined && !this.has(name)) return fallback;
    const text = this.text(name);
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw this.refuse(name, `an integer from ${min} to ${max}`);
  }

  /** Refuses a value that is not a positive integer. The integer may exceed the safe range of numbers. */
  checkPositive(name: string): void {
    if (!/^0*[1-9]\d*$/.test(this.text(name))) throw this.refuse(name, 'a positive integer');
  }

  /** Returns at most 100 comma-separated IDs; `undefined` if the parameter does not exist. */
  ids(name: string): readonly string[] | undefined {
    if (!this.has(name)) return undefined;
    const ids = this.text(name).split(',');
    if (ids.length > maxPageSize || ids.includes(''))
      throw this.refuse(name, `1 to ${maxPageSize} comma-separated IDs`);
    return ids;
  }

  /** Returns the page of a list that `pageNo` (from 1) and `pageSize` (default and maximum: 100) select. */
  page<T>(all: readonly T[]): readonly T[] {
    const size = this.integer('pageSize', 1, maxPageSize, maxPageSize);
    const start = (this.integer('pageNo', 1, 1_000_000, 1) - 1) * size;
    return all.slice(start, start + size);
  }

  /** Creates the error for a parameter with an invalid value. */
  refuse(name: string, expected: string): ServiceError {
    const found = show(this.#values.get(name) ?? undefined);
    return new ServiceError(
      RpcCode.ParameterInvalid,
      `${name}: expected ${expected}, got ${found}`,
    );
  }
}
