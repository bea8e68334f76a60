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

/** Options of {@link HttpsListener.open}. */
export interface HttpsListenerOptions {
  /** The IP address to listen on. `0.0.0.0` and `::` mean all interfaces of both address families. */
  readonly address: string;
  /** The port to listen on. 0 selects any free port. */
  readonly port: number;
  /** True if several processes may listen on the port. */
  readonly isPortShared: boolean;
  readonly tls: TlsContext;
  /** Limits for clients. Default: limits for health checks and metrics. */
  readonly limits?: Partial<ConnectionLimits> | undefined;
  readonly sources: ClientSources;
  /** @param source the source of the client, see `ClientSources` */
  readonly onRequest: (request: IncomingMessage, response: ServerResponse, source: string) => void;
  readonly log: Logger;
}

/** The TLS configuration of new connections. */
export interface TlsContext {
  /** For clients that request no host, or a host without a certificate of its own. */
  readonly options: SecureContextOptions;
  /** For clients that request a host by name. */
  readonly forHost: (host: string) => SecureContext | undefined;
}

/** Limits for clients. */
export interface ConnectionLimits extends ConnectionCounts {
  /** Timeout of the TLS handshake, in milliseconds. */
  readonly handshakeTimeout: number;
  /** Timeout for the headers of a request, in milliseconds. */
  readonly headersTimeout: number;
  /** Timeout for a whole request, in milliseconds. */
  readonly requestTimeout: number;
  /** Keep-alive timeout between two requests, in milliseconds. */
  readonly keepAliveTimeout: number;
  /** How often the timeouts of headers and requests are checked, in milliseconds. */
  readonly connectionsCheckingInterval: number;
  /** Maximum size of the headers of a request, in bytes. */
  readonly maxHeaderSize: number;
  /** Maximum number of unanswered requests of a connection. The connection is closed if there are more. */
  readonly maxRequestsPerConnection: number;
}

/** Default limits. Requests are short, and slow clients must not block others. */
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

/**
 * Addresses that mean all interfaces of both address families, as upstream does. Node.js does this if no address
 * is set.
 */
const unspecified = new Set(['0.0.0.0', '::']);

/** A connection and its unanswered requests. */
interface Connection extends TrackedConnection {
  readonly socket: Socket;
  readonly answering: Set<ServerResponse>;
}

/** An HTTPS server whose certificates and authorities change while it serves. HTTP/1.1 only. */
export class HttpsListener implements AsyncDisposable {
  readonly #server: Server;
  readonly #table: ConnectionTable<Connection>;
  /** By {@link peerOf}, because the accepted socket and the TLS socket of the requests are different objects. */
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
        // Certificates are authenticated for each request.
        requestCert: true,
        rejectUnauthorized: false,
        SNICallback: (host, callback) => callback(null, this.#tls.forHost(host)),
      },
      (request, response) => {
        const { socket } = request;
        const connection = this.#byPeer.get(peerOf(socket));
        // Node.js continues to read while responses are pending. Without a limit, one client could fill the
        // memory.
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
        // A response that the client does not read does not count.
        isBusy: () => [...answering].some(({ writableEnded }) => !writableEnded),
        close: () => {
          log.debug('closed a connection to make room for another one', { source });
          socket.destroy();
        },
      };
      if (!this.#table.add(connection)) {
        log.debug('refused a connection because there are too many', { source });
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

  /** @throws the error of the system if the server cannot listen on the port */
  static async open(options: HttpsListenerOptions): Promise<HttpsListener> {
    const { address, port, isPortShared, log } = options;
    const listener = new HttpsListener(options);
    const where = unspecified.has(address) ? {} : { host: address };
    listener.#server.listen({ ...where, port, reusePort: isPortShared });
    await once(listener.#server, 'listening');
    listener.#server.on('error', (error) => log.error('HTTPS server failed', { error }));
    return listener;
  }

  get port(): number {
    const address: AddressInfo | string | null = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Sets the TLS configuration of new connections. */
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

/** Returns a key that identifies a connection among all connections to the port. */
function peerOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}

/**
 * Disables session resumption and renegotiation. A resumed session would keep a certificate that was verified
 * before the authorities changed, and Node.js does not expose certificates from a renegotiation.
 */
function oneHandshake(options: SecureContextOptions): SecureContextOptions {
  const { SSL_OP_NO_TICKET, SSL_OP_NO_RENEGOTIATION } = constants;
  return { ...options, secureOptions: SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION };
}

/** Returns the certificate that a client presented in the handshake. */
export function presentedCertificate(socket: Socket): PresentedCertificate | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const leaf = socket.getPeerX509Certificate();
  if (leaf === undefined) return undefined;
  return { leaf, isVerified: socket.authorized };
}
