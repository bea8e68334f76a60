import { inspect } from 'node:util';
import { redactText } from '@k8s-ccm/foundation';

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

/** The text without these secrets, in whatever form it repeats them. Redact before you cut. */
export function redact(text: string, secrets: readonly Secret[]): string {
  return redactText(
    text,
    secrets.map((secret) => secret.reveal()),
  );
}

/** Fields of an answer whose values are secret. */
const secretField = /token|secret|password|session|assertion/i;

/** The secrets that an answer holds itself, such as a token that it issues. */
export function secretsIn(answer: unknown): readonly Secret[] {
  if (typeof answer !== 'object' || answer === null) return [];
  return Object.entries(answer).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'string' && secretField.test(name) ? [new Secret(value)] : secretsIn(value),
  );
}
