import { inspect } from 'node:util';

const redacted = '[redacted]';

/** Holds a secret so that no log, JSON or message can show it by accident; only {@link Secret.reveal} gives it. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The secret itself: for signers only. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }

  [inspect.custom](): string {
    return redacted;
  }
}

/** A secret, or a function that yields the current one, for secrets that change while the program runs. */
export type SecretSource = Secret | (() => Secret | Promise<Secret>);

/** The secret that a source holds now. Throws what the source's function throws. */
export async function currentSecret(source: SecretSource): Promise<Secret> {
  return source instanceof Secret ? source : await source();
}

/**
 * The text without these secrets, for text that somebody else wrote and that may repeat what we sent.
 * Secrets shorter than four characters stay: cutting them out would garble the text and hide nothing.
 */
export function redact(text: string, secrets: readonly Secret[]): string {
  let result = text;
  for (const secret of secrets) {
    const value = secret.reveal();
    if (value.length >= 4) result = result.replaceAll(value, redacted);
  }
  return result;
}
