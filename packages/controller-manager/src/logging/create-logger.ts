import type { Verbosity } from '@k8s-ccm/component-config';
import type { Clock } from '@k8s-ccm/controller-runtime';
import { LogVerbosity } from '@k8s-ccm/foundation';
import type { LogFields, Logger, LoggerChildOptions } from '@k8s-ccm/foundation';
import { Logger as TsLogger } from 'tslog';
import { jsonLine, textLine } from './log-line.ts';
import type { LogRecord } from './log-line.ts';
import { toLogFields } from './log-value.ts';
import type { TextSink } from './text-sink.ts';

/** How the log is written. */
export interface LoggerOptions {
  readonly format: 'text' | 'json';
  /** Whether text shows the levels in colours. Default false. */
  readonly colors?: boolean;
  /** Which debug lines are written, see `LogVerbosity`. Asked for at each of them. */
  readonly verbosity: Readonly<Verbosity>;
  readonly sink: TextSink;
  readonly clock: Pick<Clock, 'now'>;
  /** The id of the reconcile within which a line is written; its field `reconcileID`. Default: there is none. */
  readonly reconcileId?: () => string | undefined;
}

/**
 * Fields by these names never reach the log. A safety net: secrets are of a type that prints as
 * redacted, and nobody logs whole requests.
 */
const secretKeys = [
  'authorization',
  'token',
  'accessToken',
  'access_token',
  'secret',
  'clientSecret',
  'client_secret',
  'password',
];

type Level = 'error' | 'warn' | 'info' | 'debug';

/** Makes the program's logger, over tslog without its capturing of stacks. */
export function createLogger(options: LoggerOptions): Logger {
  const { format, colors = false, verbosity, sink, clock, reconcileId } = options;
  const line = format === 'json' ? jsonLine : (record: LogRecord) => textLine(record, { colors });
  const target = new TsLogger<object>({
    type: 'hidden',
    minLevel: 'DEBUG',
    stack: { capture: 'off' },
    mask: { keys: secretKeys, caseInsensitive: true, placeholder: '[redacted]' },
    attachedTransports: [
      {
        format: (record) => {
          const { 0: fields = {}, 1: message = '', 2: level = 'info' }: TsLogArguments = record;
          return line({ time: new Date(clock.now()), level, message, fields });
        },
        write: (_record, text) => {
          sink.write(`${text}\n`);
        },
      },
    ],
  });
  return new TsLogBridge({ target, verbosity, reconcileId: reconcileId ?? (() => undefined) }, {});
}

/** What all loggers of a program share. */
interface TsLogParts {
  readonly target: TsLogger<object>;
  readonly verbosity: Readonly<Verbosity>;
  readonly reconcileId: () => string | undefined;
}

/** How tslog hands on the arguments of a call. */
interface TsLogArguments {
  readonly 0?: LogFields;
  readonly 1?: string;
  readonly 2?: Level;
}

class TsLogBridge implements Logger {
  readonly #parts: TsLogParts;
  readonly #bound: LogFields;
  readonly #debugFrom: number;

  constructor(parts: TsLogParts, bound: LogFields, debugFrom: number = LogVerbosity.Decisions) {
    this.#parts = parts;
    this.#bound = bound;
    this.#debugFrom = debugFrom;
  }

  error(message: string, fields?: LogFields): void {
    this.#write('error', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#write('warn', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#write('info', message, fields);
  }

  debug(message: string, fields?: LogFields): void {
    if (this.#parts.verbosity.value >= this.#debugFrom) this.#write('debug', message, fields);
  }

  child(fields: LogFields, { verbosity = this.#debugFrom }: LoggerChildOptions = {}): Logger {
    return new TsLogBridge(this.#parts, { ...this.#bound, ...fields }, verbosity);
  }

  #write(level: Level, message: string, fields: LogFields = {}): void {
    const { target, reconcileId } = this.#parts;
    const reconcileID = reconcileId();
    const within = reconcileID === undefined ? {} : { reconcileID };
    target[level](toLogFields({ ...this.#bound, ...fields, ...within }), message, level);
  }
}
