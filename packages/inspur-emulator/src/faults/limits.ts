import { refuseControlInput } from '../input/control-input-error.ts';
import { Fields } from '../input/fields.ts';

/** How much the cloud takes. */
export interface Limits {
  /** A token bucket over all services together; the token exchange is not part of it. 0 means no limit. */
  readonly callsPerSecond: number;
  /** Calls that may come at once. Default: `callsPerSecond`, at least 1. */
  readonly burst: number;
  /** The longest path with its query, in bytes; a longer one is answered with 414. Default 8192; 0 means no limit. */
  readonly urlBytes: number;
}

/** The limits of a cloud where none are set: those of a common gateway. */
export const defaultLimits: Limits = { callsPerSecond: 0, burst: 1, urlBytes: 8192 };

/** Reads limits of unknown origin. @throws ControlInputError */
export function readLimits(value: unknown): Limits {
  const fields = new Fields(value, '', refuseControlInput);
  fields.only(['callsPerSecond', 'burst', 'urlBytes']);
  const callsPerSecond = fields.number('callsPerSecond', 0, Infinity, 0);
  return {
    callsPerSecond,
    burst: fields.number('burst', 0, Infinity, Math.max(1, callsPerSecond)),
    urlBytes: fields.integer('urlBytes', 0, Infinity, defaultLimits.urlBytes),
  };
}
