import type { LogFields, Logger } from '@k8s-ccm/cloud-provider';
import type { Clock } from '@k8s-ccm/controller-runtime';
import { Logger as TsLogger } from 'tslog';
import { jsonLine, textLine } from './log-line.ts';
import { toLogFields } from './log-value.ts';
import type { TextSink } from './text-sink.ts';
import type { Verbosity } from './verbosity.ts';

/** How the log is written. */
export interface LoggerOptions {
  readonly format: 'text' | 'json';
  /** From 4 on, debug lines are written too. Asked for at each of them. */
  readonly verbosity: Readonly<Verbosity>;
  readonly sink: TextSink;
  readonly clock: Pick<Clock, 'now'>;
}

/** The verbosity from which on decisions are logged, as Kubernetes' conventions have it. */
const debugVerbosity = 4;

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
export function createLogger({ format, verbosity, sink, clock }: LoggerOptions): Logger {
  const line = format === 'json' ? jsonLine : textLine;
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
  return new TsLogBridge(target, verbosity, {});
}

/** How tslog hands on the arguments of a call. */
interface TsLogArguments {
  readonly 0?: LogFields;
  readonly 1?: string;
  readonly 2?: Level;
}

class TsLogBridge implements Logger {
  readonly #target: TsLogger<object>;
  readonly #verbosity: Readonly<Verbosity>;
  readonly #bound: LogFields;

  constructor(target: TsLogger<object>, verbosity: Readonly<Verbosity>, bound: LogFields) {
    this.#target = target;
    this.#verbosity = verbosity;
    this.#bound = bound;
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
    if (this.#verbosity.value >= debugVerbosity) this.#write('debug', message, fields);
  }

  child(fields: LogFields): Logger {
    return new TsLogBridge(this.#target, this.#verbosity, { ...this.#bound, ...fields });
  }

  #write(level: Level, message: string, fields: LogFields = {}): void {
    this.#target[level](toLogFields({ ...this.#bound, ...fields }), message, level);
  }
}
