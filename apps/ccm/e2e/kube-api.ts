import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';

/** JSON as the API server speaks it. */
export type Json = Record<string, unknown>;

/** Where and as whom the API server is asked. */
export interface KubeApiOptions {
  readonly url: string;
  readonly caFile: string;
  readonly token: string;
}

/** The API server as a test sees it: plain JSON requests, apart from the client under test. */
export class KubeApi {
  readonly #options: KubeApiOptions;
  readonly #agent: Agent;

  constructor(options: KubeApiOptions) {
    this.#options = options;
    this.#agent = new Agent({ connect: { ca: readFileSync(options.caFile, 'utf8') } });
  }

  get<T>(path: string): Promise<T> {
    return this.#call<T>('GET', path);
  }

  /** `undefined` where there is no such object. */
  async find<T>(path: string): Promise<T | undefined> {
    try {
      return await this.get<T>(path);
    } catch (error) {
      if (error instanceof KubeApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  create<T>(path: string, object: object): Promise<T> {
    return this.#call<T>('POST', path, object);
  }

  /** A merge patch. */
  patch<T>(path: string, patch: object): Promise<T> {
    return this.#call<T>('PATCH', path, patch, 'application/merge-patch+json');
  }

  async delete(path: string): Promise<void> {
    await this.#call('DELETE', path);
  }

  close(): Promise<void> {
    return this.#agent.close();
  }

  async #call<T>(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
    contentType = 'application/json',
  ): Promise<T> {
    const response = await request(new URL(path, this.#options.url), {
      method,
      dispatcher: this.#agent,
      headers: { authorization: `Bearer ${this.#options.token}`, 'content-type': contentType },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.body.text();
    if (response.statusCode >= 300) throw new KubeApiError(method, path, response.statusCode, text);
    return JSON.parse(text) as T;
  }
}

/** The API server refused a test's request. */
export class KubeApiError extends Error {
  override readonly name = 'KubeApiError';
  readonly status: number;

  constructor(method: string, path: string, status: number, body: string) {
    super(`${method} ${path}: ${status} ${body}`);
    this.status = status;
  }
}
