/** Why a watch stream could not be read on. */
export type WatchDecodeProblem =
  /** The stream ended inside an event; reading can go on from the last version. */
  | 'truncated'
  /** An event is larger than the limit. */
  | 'oversized'
  /** A line is not an event. */
  | 'malformed';

/** The bytes of a watch stream are not whole events. */
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
