import { refuseControlInput } from '../input/control-input-error.ts';
import { Fields, isObject } from '../input/fields.ts';
import { statusOfCode } from '../service/service-error.ts';
import type { Random } from './random.ts';

/**
 * Something that goes wrong with calls. `operation`, `method` and `path` pick the calls (all given ones must hold), the rest says
 * which of these and what happens. A status of 400 or more means the work is not done, any other that it is.
 */
export interface Fault {
  /** Exact name of the operation. */
  readonly operation?: string;
  readonly method?: string;
  /** Regular expression, looked for in the path with and without its query. */
  readonly path?: string;
  /** Happens so many times, then never again. Default: always. */
  readonly times?: number;
  /** Lets so many matching calls pass first. Default 0. */
  readonly after?: number;
  /** Chance for each matching call, 0 to 1. Default 1. */
  readonly probability?: number;
  /** HTTP status of the answer. Default: what goes with `code`, else the answer's own. */
  readonly status?: number;
  /** Code in the answer's body. */
  readonly code?: string;
  /** Message in the answer's body. */
  readonly message?: string;
  /** Seconds of a `Retry-After` header. */
  readonly retryAfter?: number;
  /** Holds the answer back, in addition to the latency; the work is done before. Milliseconds. */
  readonly delayMs?: number;
  /** Drops the connection: before any work, or after the work in place of the answer. */
  readonly reset?: 'before' | 'after';
  /** Sends so many bytes of the answer's body (true: the first half), then drops the connection. */
  readonly truncate?: boolean | number;
  /** Text that takes the place of the answer's body, for example an HTML page. */
  readonly body?: string;
  /**
   * Values put into the answer's JSON by dotted path, where `*` stands for every element of an array:
   * `{ "*.port": "80" }`. A value of `{ "$omit": true }` leaves the field out.
   */
  readonly mutate?: Readonly<Record<string, unknown>>;
}

/** What picks faults for a call. */
export interface FaultTarget {
  readonly operation: string;
  readonly method: string;
  /** As it was sent, with its query. */
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

/** The faults in force, in order; the first that applies to a call happens to it. */
export class FaultPlan {
  readonly #random: Random;
  #armed: readonly ArmedFault[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** The faults in force. */
  get faults(): readonly Fault[] {
    return this.#armed.map(({ fault }) => fault);
  }

  /** Puts faults in force in place of the former ones, with their counts at zero. */
  set faults(faults: readonly Fault[]) {
    this.#armed = faults.map((fault) => ({
      fault,
      path: fault.path === undefined ? undefined : new RegExp(fault.path),
      seen: 0,
      happened: 0,
    }));
  }

  /** The fault that happens to a call; counts it. */
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

/** The status that a fault gives its answer; undefined where it leaves it as it is. */
export function statusOfFault({ status, code, body }: Fault): number | undefined {
  if (status !== undefined) return status;
  if (code !== undefined) return statusOfCode(code);
  return body === undefined ? undefined : 200;
}

/** Whether a fault comes in place of the work. */
export function replacesWork(fault: Fault): boolean {
  return fault.code !== undefined || (statusOfFault(fault) ?? 0) >= 400;
}

/** Reads faults of unknown origin. @throws ControlInputError */
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
