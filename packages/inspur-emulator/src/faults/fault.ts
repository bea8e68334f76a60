import { refuseControlInput } from '../input/control-input-error.ts';
import { Fields, isObject } from '../input/fields.ts';
import { statusOfCode } from '../service/service-error.ts';
import type { Random } from './random.ts';

/**
 * A fault of calls. `operation`, `method`, and `path` select calls; all given values must match. The other fields limit
 * the number of affected calls and define the effect. If the status is 400 or higher, the operation is not performed;
 * otherwise, it is.
 */
export interface Fault {
  /** Exact name of the operation. */
  readonly operation?: string;
  readonly method?: string;
  /** Regular expression for the path, matched with and without its query. */
  readonly path?: string;
  /** Maximum number of occurrences. Default: unlimited. */
  readonly times?: number;
  /** Number of matching calls to skip. Default 0. */
  readonly after?: number;
  /** Probability for each matching call, from 0 to 1. Default 1. */
  readonly probability?: number;
  /** HTTP status of the response. Default: the status of `code`, or else the original status. */
  readonly status?: number;
  /** Error code in the response body. */
  readonly code?: string;
  /** Message in the response body. */
  readonly message?: string;
  /** Value of the `Retry-After` header in seconds. */
  readonly retryAfter?: number;
  /** Delay of the response in milliseconds, in addition to the latency. The operation is performed before the delay. */
  readonly delayMs?: number;
  /** Whether to drop the connection before the operation, or after it instead of a response. */
  readonly reset?: 'before' | 'after';
  /** Number of body bytes after which the connection is dropped; `true` means half of the body. */
  readonly truncate?: boolean | number;
  /** Text that replaces the response body, for example an HTML page. */
  readonly body?: string;
  /**
   * Values to set in the response's JSON, by dotted path. `*` matches all elements of an array: `{ "*.port": "80" }`.
   * The value `{ "$omit": true }` removes the field.
   */
  readonly mutate?: Readonly<Record<string, unknown>>;
}

/** The properties of a call by which faults are selected. */
export interface FaultTarget {
  readonly operation: string;
  readonly method: string;
  /** Path as sent, with its query. */
  readonly target: string;
}

interface ArmedFault {
  readonly fault: Fault;
  readonly path: RegExp | undefined;
  seen: number;
  happened: number;
}

const names: readonly (keyof Fault)[] = [
  'operation',
  'method',
  'path',
  'times',
  'after',
  'probability',
  'status',
  'code',
  'message',
  'retryAfter',
  'delayMs',
  'reset',
  'truncate',
  'body',
  'mutate',
];

/** The current faults in order. The first one that matches a call affects it. */
export class FaultPlan {
  readonly #random: Random;
  #armed: readonly ArmedFault[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** The current faults. */
  get faults(): readonly Fault[] {
    return this.#armed.map(({ fault }) => fault);
  }

  /** Replaces the faults and resets their counters. */
  set faults(faults: readonly Fault[]) {
    this.#armed = faults.map((fault) => ({
      fault,
      path: fault.path === undefined ? undefined : new RegExp(fault.path),
      seen: 0,
      happened: 0,
    }));
  }

  /** Returns the fault that affects a call, and counts it. */
  strike(call: FaultTarget): Fault | undefined {
    return this.#armed.find((armed) => this.#applies(armed, call))?.fault;
  }

  #applies(armed: ArmedFault, call: FaultTarget): boolean {
    const { fault, path } = armed;
    if (fault.operation !== undefined && fault.operation !== call.operation) return false;
    if (fault.method !== undefined && fault.method !== call.method) return false;
    if (
      path !== undefined &&
      !path.test(call.target) &&
      !path.test(call.target.split('?')[0] ?? '')
    )
      return false;
    if (fault.times !== undefined && armed.happened >= fault.times) return false;
    armed.seen += 1;
    if (armed.seen <= (fault.after ?? 0)) return false;
    if (fault.probability !== undefined && this.#random.next() >= fault.probability) return false;
    armed.happened += 1;
    return true;
  }
}

/** Returns the status that a fault gives to a response; `undefined` if it does not change the status. */
export function statusOfFault({ status, code, body }: Fault): number | undefined {
  if (status !== undefined) return status;
  if (code !== undefined) return statusOfCode(code);
  return body === undefined ? undefined : 200;
}

/** Reports whether a fault replaces the operation. */
export function replacesWork(fault: Fault): boolean {
  return fault.code !== undefined || (statusOfFault(fault) ?? 0) >= 400;
}

/** Validates faults. @throws ControlInputError if they are invalid */
export function readFaults(value: unknown): readonly Fault[] {
  if (!Array.isArray(value)) throw refuseControlInput('body: expected an array of faults');
  return value.map((one: unknown, index) => readFault(one, `${index}.`));
}

function readFault(value: unknown, where: string): Fault {
  const fields = new Fields(value, where, refuseControlInput);
  fields.only(names);
  for (const name of ['operation', 'method', 'code', 'message', 'body']) fields.string(name, '');
  try {
    RegExp(fields.string('path', ''));
  } catch {
    throw fields.refuse('path', 'a regular expression');
  }
  fields.integer('times', 0, Infinity, 0);
  fields.integer('after', 0, Infinity, 0);
  fields.number('probability', 0, 1, 0);
  fields.integer('status', 200, 599, 200);
  fields.number('retryAfter', 0, Infinity, 0);
  fields.number('delayMs', 0, 3_600_000, 0);
  fields.choice('reset', ['before', 'after'], 'after');
  if (fields.has('truncate') && typeof fields.values['truncate'] !== 'boolean') {
    fields.integer('truncate', 0, Infinity);
  }
  if (fields.has('mutate') && !isObject(fields.values['mutate'])) {
    throw fields.refuse('mutate', 'an object of values by dotted path');
  }
  const given = Object.entries(fields.values).filter(([, one]) => one !== null);
  return Object.fromEntries(given);
}
