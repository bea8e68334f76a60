import { inspect } from 'node:util';
import { redactText } from '@k8s-ccm/foundation';

const redacted = '[redacted]';

/**
 * A secret that logs, JSON, and error messages cannot reveal by accident. Only {@link Secret.reveal} returns its value.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** Returns the value of the secret. Only for signers. */
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

/** A secret, or a function that returns the current secret if it changes while the program runs. */
export type SecretSource = Secret | (() => Secret | Promise<Secret>);

/** Returns the current secret of a source. Throws the errors of the source's function. */
export async function currentSecret(source: SecretSource): Promise<Secret> {
  return source instanceof Secret ? source : await source();
}

/**
 * Replaces all occurrences of the secrets in a text, in plain or encoded form. Redact a text before you truncate it.
 */
export function redact(text: string, secrets: readonly Secret[]): string {
  return redactText(
    text,
    secrets.map((secret) => secret.reveal()),
  );
}

/** Names of response fields whose values are secret. */
const secretField = /token|secret|password|session|assertion/i;

/** Returns the secrets that a response itself contains, such as an issued token. */
export function secretsIn(answer: unknown): readonly Secret[] {
  if (typeof answer !== 'object' || answer === null) return [];
  return Object.entries(answer).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'string' && secretField.test(name) ? [new Secret(value)] : secretsIn(value),
  );
}
