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
  /** What was decided and why; off by default. */
  debug(message: string, fields?: LogFields): void;
  /** A logger that adds these fields to each of its lines. */
  child(fields: LogFields): Logger;
}

/** A logger that drops everything: the default where none is given. */
export const silentLogger: Logger = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  child: () => silentLogger,
};
