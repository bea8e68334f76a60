import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@k8s-ccm/controller-runtime';
import { TestAuthority } from '@k8s-ccm/foundation/testing';

/** A server that stands in for another one. */
export interface ProxyServer {
  readonly server: Server;
  readonly url: string;
  /** The authority of its certificate, PEM; absent without TLS. */
  readonly ca?: string;
}

/** Opens a server on a free port of 127.0.0.1, with TLS if the target has it: `ccm` sends no token without. */
export async function openProxyServer(target: string): Promise<ProxyServer> {
  if (!target.startsWith('https:')) {
    const server = createServer();
    return { server, url: `http://${await listen(server)}` };
  }
  const authority = await TestAuthority.create('e2e proxy', systemClock.now());
  const pair = await authority.issue(
    { commonName: 'proxy' },
    { usage: 'server', hosts: ['127.0.0.1'] },
  );
  const server = createTlsServer(pair);
  return { server, url: `https://${await listen(server)}`, ca: authority.certificate };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
