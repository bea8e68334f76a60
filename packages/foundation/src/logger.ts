/** Fields of one log line. An `error` field takes the thrown value itself. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Where log lines go: a constant message, so that lines can be counted, and what varies as fields.
 * Passed in everywhere; no package of ours writes to the console.
 */
export interface Logger {
  /** Something failed that an operator must know of. */
  error(message: string, fields?: LogFields): void;
  /** Something is off, yet work goes on. */
  warn(message: string, fields?: LogFields): void;
  /** What happened, at the pace of changes in the cluster. */
  info(message: string, fields?: LogFields): void;
  /** What was decided and why; off by default, see {@link LoggerChildOptions.verbosity}. */
  debug(message: string, fields?: LogFields): void;
  /** A logger that adds these fields to each of its lines. */
  child(fields: LogFields, options?: LoggerChildOptions): Logger;
}

/** How a logger differs from the one that it is made from. */
export interface LoggerChildOptions {
  /** The `--v` from which on its debug lines are written, see {@link LogVerbosity}. Default: as before, `Decisions` at first. */
  readonly verbosity?: number;
}

/** What is written from which `--v` on, as Kubernetes' conventions have it. */
export const LogVerbosity = {
  /** What was told to users as Events. */
  Events: 2,
  /** What was decided and why. */
  Decisions: 4,
  /** Each request to the cloud and to the API server. */
  Requests: 6,
} as const;

/** A logger that drops everything: the default where none is given. */
export const silentLogger: Logger = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  child: () => silentLogger,
};
