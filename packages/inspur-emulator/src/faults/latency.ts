import { refuseControlInput } from '../input/control-input-error.ts';
import { Fields } from '../input/fields.ts';

/** How long every answer is held back; the work is done when the request arrives. */
export interface Latency {
  /** Milliseconds. */
  readonly ms: number;
  /** Up to this much is added or taken away by chance, milliseconds. */
  readonly jitterMs: number;
}

/** Reads a latency of unknown origin. @throws ControlInputError */
export function readLatency(value: unknown): Latency {
  const fields = new Fields(value, '', refuseControlInput);
  fields.only(['ms', 'jitterMs']);
  return {
    ms: fields.number('ms', 0, 3_600_000, 0),
    jitterMs: fields.number('jitterMs', 0, 3_600_000, 0),
  };
}
