/** Exit codes (contract.md#exit-codes). */
export const ExitCode = {
  Ok: 0,
  /** Invalid flags or configuration, a port in use, a lost Lease, or a shutdown that did not complete. */
  Failed: 1,
  /**
   * Errors at run time: no cluster ID, a cloud provider that cannot be initialized, an unhealthy API server, or
   * a controller that rejects its configuration.
   */
  Fatal: 255,
} as const;

/** The manager cannot start. The message has one line for each problem. */
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
