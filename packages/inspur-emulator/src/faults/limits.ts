import { refuseControlInput } from '../input/control-input-error.ts';
import { Fields } from '../input/fields.ts';

/** Limits of the cloud. */
export interface Limits {
  /** Rate of a token bucket that all services share, except the token exchange. 0 means no limit. */
  readonly callsPerSecond: number;
  /** Size of the token bucket. Default: `callsPerSecond`, at least 1. */
  readonly burst: number;
  /**
   * Maximum size of a path with its query in bytes. Longer ones are refused with status 414. Default 8192; 0 means no
   * limit.
   */
  readonly urlBytes: number;
}

/** Default limits of a cloud, which are those of a common gateway. */
export const defaultLimits: Limits = { callsPerSecond: 0, burst: 1, urlBytes: 8192 };

/** Validates limits. @throws ControlInputError if they are invalid */
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
