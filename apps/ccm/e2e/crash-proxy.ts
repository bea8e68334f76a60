import { readFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';

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

/** A plain HTTP proxy in front of one server, with a gate for the calls that matter. */
export class CrashProxy {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(options: CrashProxyOptions): Promise<CrashProxy> {
    const ca = options.caFile === undefined ? undefined : readFileSync(options.caFile);
    const server = createServer((incoming, outgoing) => forward(incoming, outgoing, options, ca));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new CrashProxy(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
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
