import type { IncomingMessage, Server } from 'node:http';
import { createServer, request } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { connect } from 'node:net';

/** Options of {@link startTestProxy}. */
export interface TestProxyOptions {
  /** Port of this machine to which all names resolve. */
  readonly target?: number;
  /** Statuses with which to refuse the first requests, in order; 0 closes the connection. */
  readonly refusals?: readonly number[];
  /** Body of a refusal. Default: a short page. */
  readonly page?: string;
  /** Key and certificate for localhost, for a proxy that uses TLS. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** A request, as the proxy received it. */
export interface ProxiedRequest {
  /** Method of the request line. */
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

/** A forward proxy that supports CONNECT and requests with absolute URLs. */
export interface TestProxy extends AsyncDisposable {
  /** URL of the proxy, without user name and password. */
  readonly url: URL;
  readonly seen: readonly ProxiedRequest[];
}

/** Starts a proxy on a free port of this machine. Disposing of it stops it and closes all its connections. */
export async function startTestProxy(options: TestProxyOptions = {}): Promise<TestProxy> {
  const { page = '<html>from the proxy</html>', target = 0, tls } = options;
  const refusals = [...(options.refusals ?? [])];
  const seen: ProxiedRequest[] = [];
  const note = ({ method = '', url = '', headers }: IncomingMessage): number | undefined => {
    seen.push({ method, url, headers });
    return refusals.shift();
  };
  const server: Server = tls === undefined ? createServer() : createTlsServer(tls);
  const sockets = new Set<Socket>();
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
  });
  server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    const status = note(incoming);
    if (status === 0) socket.destroy();
    else if (status !== undefined) socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    else {
      const onward = connect(target, 'localhost', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      onward.on('error', () => socket.destroy());
      socket.on('close', () => onward.destroy());
      socket.pipe(onward).pipe(socket);
    }
  });
  server.on('request', (incoming: IncomingMessage, outgoing) => {
    const status = note(incoming);
    if (status !== undefined) {
      outgoing.writeHead(status).end(page);
      return;
    }
    const { pathname, search } = new URL(incoming.url ?? '');
    const { method, headers } = incoming;
    const onward = request({
      port: target,
      host: 'localhost',
      path: `${pathname}${search}`,
      method,
      headers,
    });
    onward.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: new URL(`${tls === undefined ? 'http' : 'https'}://localhost:${port}`),
    seen,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
