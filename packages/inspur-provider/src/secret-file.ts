import { readFile, stat } from 'node:fs/promises';

import { CloudProviderError, errorText } from '@k8s-ccm/cloud-provider';
import type { Logger } from '@k8s-ccm/cloud-provider';
import { Secret } from '@k8s-ccm/inspur-sdk';

/** A file that should hold a secret cannot be read, or is empty. */
export class SecretFileError extends CloudProviderError {
  override readonly name = 'SecretFileError';
  override readonly code = 'SECRET_FILE';
  readonly path: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`secret file "${path}" ${problem}`, options);
    this.path = path;
  }
}

/**
 * A secret in a file of its own, read again when the file is another or was written. Mounted Secrets
 * are swapped by a symlink, so what the path leads to is compared, not what it is. While the file
 * is gone or empty the last secret stays in use.
 */
export class SecretFile {
  readonly #path: string;
  readonly #log: Logger;
  #version = '';
  #secret: Secret | undefined;
  #problem = '';

  constructor(path: string, { log }: { readonly log: Logger }) {
    this.#path = path;
    this.#log = log;
  }

  /**
   * The secret as it is now, without space around it.
   *
   * @throws SecretFileError where it could never be read
   */
  async current(): Promise<Secret> {
    try {
      const { ino, dev, mtimeMs, ctimeMs, size } = await stat(this.#path);
      const version = [dev, ino, mtimeMs, ctimeMs, size].join('/');
      if (this.#secret !== undefined && version === this.#version) {
        this.#problem = '';
        return this.#secret;
      }
      const text = (await readFile(this.#path, 'utf8')).trim();
      if (text === '') throw new SecretFileError(this.#path, 'is empty');
      if (this.#secret !== undefined)
        this.#log.info('secret file read again', { path: this.#path });
      this.#problem = '';
      this.#version = version;
      this.#secret = new Secret(text);
      return this.#secret;
    } catch (error) {
      if (this.#secret !== undefined) {
        this.#warn(error);
        return this.#secret;
      }
      if (error instanceof SecretFileError) throw error;
      throw new SecretFileError(this.#path, 'cannot be read', { cause: error });
    }
  }

  /** Once per problem: the secret is asked for with every request. */
  #warn(error: unknown): void {
    const problem = errorText(error);
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#log.warn('secret file cannot be read, the last secret stays in use', {
      path: this.#path,
      error,
    });
  }
}
