import { refuseControlInput } from '../input/control-input-error.ts';
import { Fields } from '../input/fields.ts';

/** Delay of all responses. Operations are performed when the request arrives. */
export interface Latency {
  /** Delay in milliseconds. */
  readonly ms: number;
  /** Maximum random deviation in milliseconds, in both directions. */
  readonly jitterMs: number;
}

/** Validates a latency. @throws ControlInputError if it is invalid */
export function readLatency(value: unknown): Latency {
  const fields = new Fields(value, '', refuseControlInput);
  fields.only(['ms', 'jitterMs']);
  return {
    ms: fields.number('ms', 0, 3_600_000, 0),
    jitterMs: fields.number('jitterMs', 0, 3_600_000, 0),
  };
}
