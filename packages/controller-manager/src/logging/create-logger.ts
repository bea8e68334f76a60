import type { Verbosity } from '@k8s-ccm/component-config';
import type { Clock } from '@k8s-ccm/controller-runtime';
import { LogVerbosity } from '@k8s-ccm/foundation';
import type { LogFields, Logger, LoggerChildOptions } from '@k8s-ccm/foundation';
import { Logger as TsLogger } from 'tslog';
import { jsonLine, textLine } from './log-line.ts';
import type { LogRecord } from './log-line.ts';
import { toLogFields } from './log-value.ts';
import type { TextSink } from './text-sink.ts';

/** Options of {@link createLogger}. */
export interface LoggerOptions {
  readonly format: 'text' | 'json';
  /** True if levels are colored in text format. Default: false. */
  readonly colors?: boolean;
  /** The verbosity of debug lines, see `LogVerbosity`. It is read for each line. */
  readonly verbosity: Readonly<Verbosity>;
  readonly sink: TextSink;
  readonly clock: Pick<Clock, 'now'>;
  /** Returns the ID of the current reconcile, for the field `reconcileID`. Default: none. */
  readonly reconcileId?: () => string | undefined;
}

/**
 * Names of fields that are always redacted, as a safety net: secrets have a type that prints as redacted, and
 * whole requests are never logged.
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

/** Creates the logger of a program, based on tslog without stack capturing. */
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

/** State that all loggers of a program share. */
interface TsLogParts {
  readonly target: TsLogger<object>;
  readonly verbosity: Readonly<Verbosity>;
  readonly reconcileId: () => string | undefined;
}

/** Arguments of a call, in the form in which tslog passes them on. */
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
