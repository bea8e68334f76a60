/** Reason why a watch stream could not be decoded. */
export type WatchDecodeProblem =
  /** The stream ended inside an event. Reading can resume from the last version. */
  | 'truncated'
  /** An event exceeds the size limit. */
  | 'oversized'
  /** A line is not an event. */
  | 'malformed';

/** The bytes of a watch stream do not form complete events. */
export class WatchDecodeError extends Error {
  override readonly name = 'WatchDecodeError';
  readonly code = 'WATCH_DECODE';
  readonly path: string;
  readonly problem: WatchDecodeProblem;

  constructor(
    fields: {
      readonly path: string;
      readonly problem: WatchDecodeProblem;
      readonly detail: string;
    },
    options?: ErrorOptions,
  ) {
    super(`watch ${fields.path}: ${fields.problem} event: ${fields.detail}`, options);
    this.path = fields.path;
    this.problem = fields.problem;
  }
}
