import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** The part of a review that is read. */
interface Review {
  readonly kind?: string;
  readonly spec?: { readonly token?: string };
}

/** An API server that allows everything to everybody, and does not answer about tokens that begin with `made-up`. */
export class ReviewApi implements AsyncDisposable {
  /** Path of a kubeconfig for it. */
  readonly kubeconfig: string;
  readonly #folder: string;
  readonly #server: Server;
  readonly #unanswered: Set<ServerResponse>;

  private constructor(folder: string, server: Server, unanswered: Set<ServerResponse>) {
    this.kubeconfig = join(folder, 'kubeconfig');
    this.#folder = folder;
    this.#server = server;
    this.#unanswered = unanswered;
  }

  static async start(): Promise<ReviewApi> {
    const unanswered = new Set<ServerResponse>();
    const server = createServer((request, response) => void answer(request, response, unanswered));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const api = new ReviewApi(await mkdtemp(join(tmpdir(), 'review-api-')), server, unanswered);
    const kubeconfig = {
      'current-context': 'test',
      contexts: [{ name: 'test', context: { cluster: 'test' } }],
      clusters: [{ name: 'test', cluster: { server: `http://127.0.0.1:${port}` } }],
    };
    await writeFile(api.kubeconfig, JSON.stringify(kubeconfig));
    return api;
  }

  /** Reviews that wait for their answers. */
  get unanswered(): number {
    return this.#unanswered.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#folder, { recursive: true });
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  unanswered: Set<ServerResponse>,
): Promise<void> {
  const { kind, spec = {} }: Review = JSON.parse(await text(request));
  if (spec.token?.startsWith('made-up') === true) {
    unanswered.add(response);
    response.once('close', () => unanswered.delete(response));
    return;
  }
  const status =
    kind === 'TokenReview'
      ? { authenticated: true, user: { username: spec.token } }
      : { allowed: true };
  response.end(JSON.stringify({ status }));
}
