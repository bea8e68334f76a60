import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import { isIPv4 } from 'node:net';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import type { Logger } from '@k8s-ccm/cloud-provider';
import type { Clock, MetricsRegistry } from '@k8s-ccm/controller-runtime';
import { healthReport } from './health-checks.ts';
import type { HealthCheck } from './health-checks.ts';
import { selfSignedCertificate } from './self-signed-certificate.ts';

/** What is served, and where. */
export interface ServingOptions {
  readonly address: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The checks of `/healthz` and `/livez`, asked for at each request. */
  readonly liveChecks: () => readonly HealthCheck[];
  /** The checks of `/readyz`. */
  readonly readyChecks: () => readonly HealthCheck[];
  readonly metrics: MetricsRegistry;
  /** Who may read `/metrics`. Default: whoever asks from this host. */
  readonly mayReadMetrics?: (request: IncomingMessage) => boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The HTTPS server of a running manager. */
export interface Serving extends AsyncDisposable {
  readonly port: number;
  /** The certificate that it shows; PEM. */
  readonly certificate: string;
}

/**
 * Serves health to everybody and metrics to this host only. Metrics name the Services and nodes of a
 * cluster; until the API server is asked who may read them, only who is on this host already may.
 * @throws the system's error where the port cannot be had
 */
export async function startServing(options: ServingOptions): Promise<Serving> {
  const { address, port, clock, log } = options;
  const pair = await selfSignedCertificate({
    commonName: hostname(),
    hosts: [hostname(), 'localhost', '127.0.0.1'],
    now: clock.now(),
  });
  const server = createServer({ ...pair, minVersion: 'TLSv1.2' }, (request, response) => {
    answer(options, request, response).catch((error: unknown) => {
      log.error('request failed', { error });
      response.destroy();
    });
  });
  server.on('tlsClientError', (error) => log.debug('TLS handshake failed', { error }));
  server.listen({ host: address, port });
  await once(server, 'listening');
  return {
    port: portOf(server),
    certificate: pair.cert,
    [Symbol.asyncDispose]: () => close(server),
  };
}

async function answer(
  { liveChecks, readyChecks, metrics, mayReadMetrics = isFromThisHost }: ServingOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // Not by URL: a target such as `//` is none, and anybody may send it.
  const [pathname = '', search = ''] = (request.url ?? '').split('?', 2);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    send(response, 405, 'method not allowed\n');
    return;
  }
  if (pathname === '/metrics') {
    if (mayReadMetrics(request)) {
      send(response, 200, await metrics.render(), metrics.contentType);
    } else {
      send(response, 403, 'metrics are served to the loopback address only\n');
    }
    return;
  }
  const checks = checksFor(pathname, liveChecks, readyChecks);
  if (checks === undefined) {
    send(response, 404, '404 page not found\n');
    return;
  }
  const searchParams = new URLSearchParams(search);
  const query = { verbose: searchParams.has('verbose'), exclude: searchParams.getAll('exclude') };
  const { status, body } = healthReport(pathname, checks, query);
  send(response, status, body);
}

function checksFor(
  path: string,
  live: () => readonly HealthCheck[],
  ready: () => readonly HealthCheck[],
): readonly HealthCheck[] | undefined {
  if (path === '/healthz' || path === '/livez') return live();
  return path === '/readyz' ? ready() : undefined;
}

function isFromThisHost({ socket }: IncomingMessage): boolean {
  return isLoopbackAddress(socket.remoteAddress ?? '');
}

/** Whether only this host can have such an address: 127.0.0.0/8, also inside of IPv6, and ::1. */
export function isLoopbackAddress(address: string): boolean {
  const bare = address.replace(/^::ffff:/, '');
  return bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  contentType = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  response.end(body);
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function close(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
