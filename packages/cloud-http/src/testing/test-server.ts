import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { text } from 'node:stream/consumers';

/** A request, as the server received it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/**
 * A server on a free port of this machine, for behavior that a mock cannot provide: resets, slow and truncated
 * responses, TLS.
 */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly seen: readonly SeenRequest[];
}

/** Starts a server. Disposing of it stops it and closes all its connections. */
export async function startTestServer(
  answer: (request: SeenRequest, ...rest: Parameters<RequestListener>) => void,
  tls?: { readonly key: string; readonly cert: string },
): Promise<TestServer> {
  const seen: SeenRequest[] = [];
  const take = async (...[incoming, outgoing]: Parameters<RequestListener>): Promise<void> => {
    const { headers, method = '', url: path = '' } = incoming;
    const request = { method, path, headers, body: await text(incoming) };
    seen.push(request);
    answer(request, incoming, outgoing);
  };
  const listener: RequestListener = (incoming, outgoing) => void take(incoming, outgoing);
  const server: Server =
    tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://localhost:${port}`,
    port,
    seen,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
