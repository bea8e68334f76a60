import { constants } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { SecureContext, SecureContextOptions } from 'node:tls';
import type { Logger } from '@k8s-ccm/foundation';
import type { PresentedCertificate } from '../authentication/client-certificate.ts';
import type { ClientSources } from '../limits/client-sources.ts';
import { ConnectionTable } from '../limits/connection-table.ts';
import type { ConnectionCounts, TrackedConnection } from '../limits/connection-table.ts';

/** Where it is served, and how a connection is made. */
export interface HttpsListenerOptions {
  /** `0.0.0.0` and `::` are all interfaces, of both address families. */
  readonly address: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Whether others that do the same may serve the port, too. */
  readonly isPortShared: boolean;
  readonly tls: TlsContext;
  /** Default: what suffices for health checks and metrics. */
  readonly limits?: Partial<ConnectionLimits> | undefined;
  readonly sources: ClientSources;
  /** @param source where the client is, by `sources` */
  readonly onRequest: (request: IncomingMessage, response: ServerResponse, source: string) => void;
  readonly log: Logger;
}

/** What handshakes are made with. */
export interface TlsContext {
  /** For clients that name no host, or one of no other certificate. */
  readonly options: SecureContextOptions;
  /** For clients that name a host. */
  readonly forHost: (host: string) => SecureContext | undefined;
}

/** What a client may take. */
export interface ConnectionLimits extends ConnectionCounts {
  /** Until the TLS handshake is done, in milliseconds. */
  readonly handshakeTimeout: number;
  /** Until all headers of a request have come, in milliseconds. */
  readonly headersTimeout: number;
  /** Until all of a request has come, in milliseconds. */
  readonly requestTimeout: number;
  /** Between two requests, in milliseconds. */
  readonly keepAliveTimeout: number;
  /** How often the limits of headers and requests are looked at, in milliseconds. */
  readonly connectionsCheckingInterval: number;
  /** Bytes of all headers of a request. */
  readonly maxHeaderSize: number;
  /** Requests of a connection that wait for their answers. It is closed if there are more. */
  readonly maxRequestsPerConnection: number;
}

/** Nothing of what is served needs long to be asked for; who takes longer keeps others out. */
const defaultLimits: ConnectionLimits = {
  handshakeTimeout: 10_000,
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5000,
  maxHeaderSize: 16_384,
  maxConnections: 512,
  maxConnectionsPerSource: 64,
  maxLocalConnections: 64,
  maxRequestsPerConnection: 8,
};

/** All interfaces and both address families, as upstream has it; Node does so where nothing is said. */
const unspecified = new Set(['0.0.0.0', '::']);

/** A connection, and its requests that are not answered yet. */
interface Connection extends TrackedConnection {
  readonly socket: Socket;
  readonly answering: Set<ServerResponse>;
}

/** An HTTPS server whose certificates and authorities change while it serves. HTTP/1.1 only. */
export class HttpsListener implements AsyncDisposable {
  readonly #server: Server;
  readonly #table: ConnectionTable<Connection>;
  /** By {@link peerOf}: the socket that is accepted and the one that requests come from are two objects. */
  readonly #byPeer = new Map<string, Connection>();
  #tls: TlsContext;

  private constructor(options: HttpsListenerOptions) {
    const { tls, sources, onRequest, log } = options;
    const {
      maxConnections,
      maxConnectionsPerSource,
      maxLocalConnections,
      maxRequestsPerConnection,
      ...limits
    } = { ...defaultLimits, ...options.limits };
    this.#table = new ConnectionTable({
      maxConnections,
      maxConnectionsPerSource,
      maxLocalConnections,
    });
    this.#tls = tls;
    this.#server = createServer(
      {
        ...limits,
        ...oneHandshake(tls.options),
        ALPNProtocols: ['http/1.1'],
        // Whether a certificate is good for anything is decided for each request.
        requestCert: true,
        rejectUnauthorized: false,
        SNICallback: (host, callback) => callback(null, this.#tls.forHost(host)),
      },
      (request, response) => {
        const { socket } = request;
        const connection = this.#byPeer.get(peerOf(socket));
        // Node reads on while answers are awaited: without a limit, one client could fill the memory.
        if (connection === undefined || connection.answering.size >= maxRequestsPerConnection) {
          socket.destroy();
          return;
        }
        const { answering, source } = connection;
        answering.add(response);
        response.once('close', () => answering.delete(response));
        this.#table.hear(connection);
        onRequest(request, response, source);
      },
    );
    this.#server.on('connection', (socket: Socket) => {
      const peer = peerOf(socket);
      const source = sources.of(socket.remoteAddress);
      const answering = new Set<ServerResponse>();
      const connection: Connection = {
        source,
        socket,
        answering,
        // An answer that the client does not read keeps no place.
        isBusy: () => [...answering].some(({ writableEnded }) => !writableEnded),
        close: () => {
          log.debug('connection closed to make room for another one', { source });
          socket.destroy();
        },
      };
      if (!this.#table.add(connection)) {
        log.debug('connection refused, because there are too many', { source });
        socket.destroy();
        return;
      }
      this.#byPeer.set(peer, connection);
      socket.once('close', () => {
        this.#table.remove(connection);
        if (this.#byPeer.get(peer) === connection) this.#byPeer.delete(peer);
      });
    });
    this.#server.on('tlsClientError', (error) => log.debug('TLS handshake failed', { error }));
  }

  /** @throws the system's error where the port cannot be had */
  static async open(options: HttpsListenerOptions): Promise<HttpsListener> {
    const { address, port, isPortShared, log } = options;
    const listener = new HttpsListener(options);
    const where = unspecified.has(address) ? {} : { host: address };
    listener.#server.listen({ ...where, port, reusePort: isPortShared });
    await once(listener.#server, 'listening');
    listener.#server.on('error', (error) => log.error('the HTTPS server failed', { error }));
    return listener;
  }

  get port(): number {
    const address: AddressInfo | string | null = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** From the next handshake on. */
  setTls(tls: TlsContext): void {
    this.#server.setSecureContext(oneHandshake(tls.options));
    this.#tls = tls;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    for (const { socket } of this.#table) socket.destroy();
    await once(this.#server, 'close');
  }
}

/** What tells a connection from every other one to the same port. */
function peerOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}

/**
 * Each connection verifies one client certificate: a resumed session would bring along what was verified
 * before the authorities changed, and Node does not look at what is shown when it is negotiated again.
 */
function oneHandshake(options: SecureContextOptions): SecureContextOptions {
  const { SSL_OP_NO_TICKET, SSL_OP_NO_RENEGOTIATION } = constants;
  return { ...options, secureOptions: SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION };
}

/** The certificate that a client showed on its connection. */
export function presentedCertificate(socket: Socket): PresentedCertificate | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const leaf = socket.getPeerX509Certificate();
  if (leaf === undefined) return undefined;
  return { leaf, isVerified: socket.authorized };
}
