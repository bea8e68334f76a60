import { checkedPair, readYaml, yamlKind } from '@k8s-ccm/foundation';
import type { CertificatePair, YamlNode, YamlSection } from '@k8s-ccm/foundation';
import { messageOf } from '../api/errors/error-facts.ts';
import type { ExecApiVersion } from './exec-config.ts';
import { isBearerToken } from './token-file.ts';

/** Credential that an exec plugin returns. */
export interface ExecCredential {
  readonly token: string | undefined;
  readonly pair: CertificatePair | undefined;
  /** Epoch milliseconds; `undefined` if it does not expire. */
  readonly expiresAt: number | undefined;
}

/** Options of {@link readExecCredential}. */
export interface ReadExecCredentialOptions {
  /** The version for which the plugin is configured. */
  readonly apiVersion: ExecApiVersion;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Creates the error to throw. `problem` does not contain anything that may be a secret. */
  readonly refuse: (problem: string) => Error;
}

/** Decodes the answer of an exec plugin, JSON or YAML, as kubectl does. @throws the error that `refuse` creates */
export async function readExecCredential(
  answer: Uint8Array,
  options: ReadExecCredentialOptions,
): Promise<ExecCredential> {
  const { refuse } = options;
  // No reader is loaded for a plugin that was stopped before it answered.
  if (answer.length === 0) throw refuse('it printed nothing');
  const { root, problems } = await readYaml(answer, { lenient: true });
  const [problem] = problems;
  if (problem !== undefined) {
    throw refuse(
      `its answer is neither JSON nor YAML: line ${problem.line ?? 1} has ${problem.found}`,
    );
  }
  if (root === undefined) throw refuse('it printed nothing');
  return new AnswerReader(options).read(root);
}

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

class AnswerReader {
  readonly #options: ReadExecCredentialOptions;

  constructor(options: ReadExecCredentialOptions) {
    this.#options = options;
  }

  read(root: YamlNode): ExecCredential {
    const { apiVersion, refuse } = this.#options;
    if (root.kind !== 'section') {
      throw refuse(`its answer is ${yamlKind(root)}, not an ExecCredential`);
    }
    this.#checkWord(root, 'kind', 'ExecCredential');
    this.#checkWord(root, 'apiVersion', apiVersion);
    const status = root.entries.get('status')?.value;
    if (status?.kind !== 'section') {
      const kind = yamlKind(status);
      throw refuse(`its answer has ${kind === 'nothing' ? 'no status' : `${kind} as its status`}`);
    }
    const token = this.#text(status, 'token');
    const pair = this.#pair(status);
    if (token === undefined && pair === undefined) {
      throw refuse('its answer contains neither a token nor a certificate with its key');
    }
    if (token !== undefined && !isBearerToken(token)) {
      throw refuse(
        'the token in its answer contains blanks, line breaks or characters that are not ASCII',
      );
    }
    return { token, pair, expiresAt: this.#expiry(status) };
  }

  #pair(status: YamlSection): CertificatePair | undefined {
    const { refuse } = this.#options;
    const cert = this.#text(status, 'clientCertificateData');
    const key = this.#text(status, 'clientKeyData');
    if (cert === undefined && key === undefined) return undefined;
    if (cert === undefined) throw refuse('its answer contains a key without its certificate');
    if (key === undefined) throw refuse('its answer contains a certificate without its key');
    try {
      return checkedPair(cert, key);
    } catch (error) {
      throw refuse(`the certificate in its answer is not usable: ${messageOf(error)}`);
    }
  }

  #expiry(status: YamlSection): number | undefined {
    const { now, refuse } = this.#options;
    const text = this.#text(status, 'expirationTimestamp');
    if (text === undefined) return undefined;
    const expiresAt = rfc3339.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(expiresAt)) {
      throw refuse('the expirationTimestamp in its answer is not a time like 2026-01-31T12:00:00Z');
    }
    if (expiresAt > now) return expiresAt;
    const seconds = Math.ceil((now - expiresAt) / 1000);
    const at = new Date(expiresAt).toISOString();
    throw refuse(`the credentials in its answer expired ${seconds} s ago, at ${at}`);
  }

  #checkWord(root: YamlSection, key: string, expected: string): void {
    const text = this.#text(root, key);
    if (text === expected) return;
    const found =
      text === undefined ? `no ${key}` : `the ${key} ${JSON.stringify(text.slice(0, 80))}`;
    throw this.#options.refuse(`its answer has ${found} instead of "${expected}"`);
  }

  #text({ entries }: YamlSection, key: string): string | undefined {
    const value = entries.get(key)?.value;
    const kind = yamlKind(value);
    if (kind === 'nothing' || kind === 'an empty text') return undefined;
    if (value?.kind === 'scalar' && typeof value.value === 'string') return value.value;
    throw this.#options.refuse(`the ${key} in its answer is ${kind}, not a text`);
  }
}
