import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Lease } from '@k8s-ccm/cloud-provider';

/** An API server that knows one lease and says that it is healthy; what else it is asked stays without an answer. */
export class LeaseApi implements AsyncDisposable {
  lease: Lease | undefined;
  /** How often the lease was written. */
  writes = 0;
  /** Requests that hang. */
  hanging = 0;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  /** @param port 0 for any that is free */
  static async start(port = 0): Promise<LeaseApi> {
    const server = createServer();
    const api = new LeaseApi(server);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return api;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    if (url === '/healthz') {
      response.end('ok');
      return;
    }
    if (!/\/leases(\/|$)/.test(url)) {
      this.hanging += 1;
      return;
    }
    if (method !== 'GET') {
      this.writes += 1;
      const lease: Lease = JSON.parse(await text(request));
      const metadata = { ...lease.metadata, resourceVersion: `${this.writes}` };
      this.lease = { ...lease, metadata };
    }
    response.writeHead(this.lease === undefined ? 404 : 200);
    response.end(JSON.stringify(this.lease ?? { kind: 'Status', reason: 'NotFound', code: 404 }));
  }
}
