import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';

/** What a {@link ForwardProxy} leads to. */
export interface ForwardProxyOptions {
  /** Where the hosts are that it alone knows, by `host:port`. */
  readonly hosts: Readonly<Record<string, URL>>;
  /** `user:password` that it asks for. */
  readonly credentials: string;
}

/** A proxy as companies have one: CONNECT for https, requests with a whole URL for http, and it wants to know who asks. */
export class ForwardProxy {
  /** What was asked for, for example `CONNECT cloud.example:443` and `GET cloud.example:80`. */
  readonly asked: string[] = [];
  readonly #server: Server;
  readonly #options: ForwardProxyOptions;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, options: ForwardProxyOptions) {
    this.#server = server;
    this.#options = options;
    server.on('connection', (socket) => this.#sockets.add(socket));
    server.on('connect', (request, socket: Socket) => this.#tunnel(request, socket));
    server.on('request', (request, answer) => this.#forward(request, answer));
  }

  static async start(options: ForwardProxyOptions): Promise<ForwardProxy> {
    const server = createServer();
    const proxy = new ForwardProxy(server, options);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** `host:port`. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #tunnel(request: IncomingMessage, socket: Socket): void {
    const { url: target = '' } = request;
    this.asked.push(`CONNECT ${target}`);
    const host = this.#options.hosts[target];
    socket.on('error', () => socket.destroy());
    if (host === undefined || !this.#isKnown(request)) {
      socket.end(`HTTP/1.1 ${host === undefined ? 502 : 407} No\r\n\r\n`);
      return;
    }
    const onward = connect(Number(host.port), host.hostname, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  }

  #forward(request: IncomingMessage, answer: ServerResponse): void {
    const { method, headers, url = '' } = request;
    const { host, hostname, port, pathname, search } = new URL(url);
    this.asked.push(`${method} ${hostname}:${port || 80}`);
    const target = this.#options.hosts[`${hostname}:${port || 80}`];
    if (!this.#isKnown(request) || target === undefined) {
      answer.writeHead(target === undefined ? 502 : 407).end();
      return;
    }
    const onward = httpRequest(new URL(`${pathname}${search}`, target), {
      method,
      headers: { ...headers, host },
    });
    onward.on('response', (from) => {
      answer.writeHead(from.statusCode ?? 502, from.headers);
      from.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    request.pipe(onward);
  }

  #isKnown({ headers }: IncomingMessage): boolean {
    return headers['proxy-authorization'] === `Basic ${btoa(this.#options.credentials)}`;
  }
}
