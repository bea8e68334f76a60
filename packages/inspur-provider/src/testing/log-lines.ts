import type { LogFields, Logger } from '@k8s-ccm/cloud-provider';

/** A log that keeps every line with its fields, as text. */
export class LogLines implements Logger {
  readonly lines: string[] = [];
  readonly error = this.#add('error');
  readonly warn = this.#add('warn');
  readonly info = this.#add('info');
  readonly debug = this.#add('debug');

  child(): Logger {
    return this;
  }

  #add(level: string) {
    return (message: string, fields?: LogFields): void => {
      this.lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
    };
  }
}
