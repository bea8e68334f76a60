import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { monotonicMs } from './monotonic-ms.ts';
import { openProxyServer } from './proxy-server.ts';
import type { ProxyServer } from './proxy-server.ts';

/** A request that arrived at a {@link RecordingProxy}. */
export interface ProxiedRequest {
  /** By {@link monotonicMs}. */
  readonly at: number;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** What it said of who sends it. */
  readonly authorization: string;
}

/** What stands behind a {@link RecordingProxy}. */
export interface RecordingProxyOptions {
  readonly target: string;
  /** The certificate of an `https:` target. */
  readonly caFile?: string;
}

/**
 * A proxy for one process: it notes what the process sends, can be cut off as a network
 * that drops every packet, and can revoke a token at once, which no API server does by itself.
 */
export class RecordingProxy {
  readonly requests: ProxiedRequest[] = [];
  readonly #server: ProxyServer;
  readonly #options: RecordingProxyOptions;
  readonly #ca: Buffer | undefined;
  readonly #revoked = new Set<string>();
  readonly #watches = new Set<{
    readonly authorization: string;
    readonly answer: ServerResponse;
  }>();
  #isCutOff = false;
  #watchLagMs = 0;

  private constructor(server: ProxyServer, options: RecordingProxyOptions) {
    this.#server = server;
    this.#options = options;
    this.#ca = options.caFile === undefined ? undefined : readFileSync(options.caFile);
    server.server.on('request', (request, answer) => this.#take(request, answer));
  }

  static async start(options: RecordingProxyOptions): Promise<RecordingProxy> {
    return new RecordingProxy(await openProxyServer(options.target), options);
  }

  get url(): string {
    return this.#server.url;
  }

  /** The authority of its certificate, PEM; absent without TLS. */
  get ca(): string | undefined {
    return this.#server.ca;
  }

  /** From now on nothing gets through, and nobody is told. */
  cutOff(): void {
    this.#isCutOff = true;
  }

  /** From now on watches show everything so much later; answers to other requests are not held back. */
  lagWatches(ms: number): void {
    this.#watchLagMs = ms;
  }

  /** Refuses the token from now on, and breaks the watches that were opened with it. */
  revoke(token: string): void {
    const authorization = `Bearer ${token}`;
    this.#revoked.add(authorization);
    for (const watch of this.#watches) {
      if (watch.authorization === authorization) watch.answer.destroy();
    }
  }

  async stop(): Promise<void> {
    const { server } = this.#server;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  #take(request: IncomingMessage, answer: ServerResponse): void {
    const { method = 'GET', url: path = '/', headers } = request;
    const { authorization = '' } = headers;
    this.requests.push({ at: monotonicMs(), method, path, authorization });
    if (this.#isCutOff) return;
    if (this.#revoked.has(authorization)) {
      const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 401 };
      answer.writeHead(401, { 'content-type': 'application/json' });
      answer.end(JSON.stringify({ ...status, reason: 'Unauthorized', message: 'Unauthorized' }));
      request.resume();
      return;
    }
    const watch = { authorization, answer };
    if (path.includes('watch=true')) this.#watches.add(watch);
    answer.on('close', () => this.#watches.delete(watch));
    this.#forward(request, answer, { method, path });
  }

  #forward(
    request: IncomingMessage,
    answer: ServerResponse,
    { method, path }: { readonly method: string; readonly path: string },
  ): void {
    const url = new URL(path, this.#options.target);
    const options = { method, headers: { ...request.headers, host: url.host }, ca: this.#ca };
    const onAnswer = (from: IncomingMessage): void => {
      if (this.#isCutOff) return;
      answer.writeHead(from.statusCode ?? 502, from.headers);
      // So that the reader of a watch learns that it is open before its first event.
      answer.flushHeaders();
      this.#relay(from, answer, path.includes('watch=true'));
    };
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const onward = send(url, options, onAnswer);
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    request.pipe(onward);
  }
  /** Passes an answer on; that of a watch with its lag, and in its order whatever the lag is meanwhile. */
  #relay(from: IncomingMessage, answer: ServerResponse, isWatch: boolean): void {
    let sent = Promise.resolve();
    const send = (action: () => unknown): void => {
      const act = (): void => {
        if (!this.#isCutOff) action();
      };
      if (!isWatch) return act();
      const lag = pause(this.#watchLagMs);
      sent = sent.then(() => lag).then(act);
    };
    from.on('data', (chunk: Buffer) => send(() => answer.write(chunk)));
    from.on('end', () => send(() => answer.end()));
    from.on('error', () => answer.destroy());
  }
}
