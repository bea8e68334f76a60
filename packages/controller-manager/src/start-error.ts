/** Exit codes (contract.md#exit-codes). */
export const ExitCode = {
  Ok: 0,
  /** Bad flags or configuration, a port that is taken, the lease lost, or a stop that did not come to its end. */
  Failed: 1,
  /** What only shows at work: no cluster id, a cloud that cannot be initialised, no healthy API server, a controller that refuses its configuration. */
  Fatal: 255,
} as const;

/** The manager cannot start; the message is for the operator, one line per problem. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly code = 'START_FAILED';
  /** See {@link ExitCode}. */
  readonly exitCode: number;

  constructor(message: string, exitCode: number, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
