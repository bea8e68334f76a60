import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { openProxyServer } from './proxy-server.ts';
import type { ProxyServer } from './proxy-server.ts';

/**
 * Counts calls on their way and lets the process that makes them die at one of them: that call and
 * all later ones do not arrive, as if the machine had lost power just before.
 */
export class CallGate {
  #passed: string[] = [];
  #limit = Number.POSITIVE_INFINITY;
  #onLimit: () => void = () => undefined;
  #closed = false;

  /** What has passed since it was armed, in order. */
  get passed(): readonly string[] {
    return this.#passed;
  }

  /** Counts from zero; `onLimit` is called at the call after the first `limit`, which is dropped. */
  arm(limit: number, onLimit: () => void): void {
    this.#passed = [];
    this.#closed = false;
    this.#limit = limit;
    this.#onLimit = onLimit;
  }

  /** Counts from zero and lets everything pass. */
  disarm(): void {
    this.arm(Number.POSITIVE_INFINITY, () => undefined);
  }

  /** True where the call may go on. */
  admit(call: string): boolean {
    if (this.#closed) return false;
    if (this.#passed.length === this.#limit) {
      this.#closed = true;
      this.#onLimit();
      return false;
    }
    this.#passed.push(call);
    return true;
  }
}

/** What stands behind a {@link CrashProxy}. */
export interface CrashProxyOptions {
  readonly target: string;
  readonly gate: CallGate;
  /** Which calls the gate counts. */
  readonly counts: (method: string, path: string) => boolean;
  /** The certificate of an `https:` target. */
  readonly caFile?: string;
}

/** A proxy in front of one server, with a gate for the calls that matter. */
export class CrashProxy {
  readonly #server: ProxyServer;

  private constructor(server: ProxyServer) {
    this.#server = server;
  }

  static async start(options: CrashProxyOptions): Promise<CrashProxy> {
    const ca = options.caFile === undefined ? undefined : readFileSync(options.caFile);
    const proxy = await openProxyServer(options.target);
    proxy.server.on('request', (incoming, outgoing) => forward(incoming, outgoing, options, ca));
    return new CrashProxy(proxy);
  }

  get url(): string {
    return this.#server.url;
  }

  /** The authority of its certificate, PEM; absent without TLS. */
  get ca(): string | undefined {
    return this.#server.ca;
  }

  async stop(): Promise<void> {
    const { server } = this.#server;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { target, gate, counts }: CrashProxyOptions,
  ca: Buffer | undefined,
): void {
  const { method = 'GET', url: path = '/', headers } = incoming;
  if (counts(method, path) && !gate.admit(`${method} ${path.split('?')[0]}`)) {
    incoming.destroy();
    return;
  }
  const url = new URL(path, target);
  const options = { method, headers: { ...headers, host: url.host } };
  const onAnswer = (answer: IncomingMessage): void => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
    answer.on('error', () => outgoing.destroy());
  };
  const upstream =
    url.protocol === 'https:'
      ? httpsRequest(url, { ...options, ca }, onAnswer)
      : httpRequest(url, options, onAnswer);
  upstream.on('error', () => outgoing.destroy());
  outgoing.on('close', () => upstream.destroy());
  incoming.pipe(upstream);
}
