import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import { systemClock } from '../../time/clock.ts';
import { KubeClient } from '../kube-client.ts';

describe('a client behind a proxy', () => {
  it('reaches the API server through CONNECT, with its own user agent', async () => {
    await using server = await listen(
      createServer((_request, response) => response.end('{"metadata":{"name":"a"}}')),
    );
    const seen: (string | undefined)[] = [];
    await using proxy = await listen(
      createServer().on('connect', (request: IncomingMessage, socket: Socket) => {
        seen.push(request.url, request.headers['proxy-authorization']);
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        const [host, port] = (request.url ?? '').split(':');
        socket.pipe(connect(Number(port), host)).pipe(socket);
      }),
    );
    await using client = clientOf(server.address, `http://joe:pa%20ss@${proxy.address}`);
    expect(await client.nodes.get({ name: 'a' })).toEqual({ metadata: { name: 'a' } });
    expect(seen).toEqual([server.address, `Basic ${btoa('joe:pa ss')}`]);
  });

  it.each([
    ['joe@', `Basic ${btoa('joe:')}`],
    [':token@', `Basic ${btoa(':token')}`],
    ['', undefined],
  ])(
    'requests "%s" from the proxy, with an IPv6 address in brackets',
    async (user, authorization) => {
      const seen: (string | undefined)[] = [];
      await using proxy = await listen(
        createServer().on('connect', (request: IncomingMessage, socket: Socket) => {
          seen.push(request.url, request.headers['proxy-authorization']);
          socket.end('HTTP/1.1 403 No\r\n\r\n');
        }),
      );
      await using client = clientOf('[2001:db8::1]:6443', `http://${user}${proxy.address}`);
      const object = { metadata: { name: 'a', namespace: 'b' } };
      await expect(client.services.create(object)).rejects.toThrow('status 403');
      expect(seen.slice(0, 2)).toEqual(['[2001:db8::1]:6443', authorization]);
    },
  );

  it('names the proxy and the target if the proxy refuses', async () => {
    await using proxy = await listen(
      createServer().on('connect', (_request, socket: Socket) =>
        socket.end('HTTP/1.1 407 No\r\n\r\n'),
      ),
    );
    await using client = clientOf('192.0.2.1:6443', `http://${proxy.address}`);
    const outcome = client.services
      .create({ metadata: { name: 'a', namespace: 'b' } })
      .catch((error: unknown) => error);
    expect(await outcome).toMatchObject({
      outcome: 'not-sent',
      message: expect.stringContaining(
        `proxy ${proxy.address} does not connect to 192.0.2.1:6443: status 407`,
      ),
    });
  });
});

async function listen(server: Server) {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function clientOf(address: string, proxyUrl: string): KubeClient {
  return KubeClient.create({
    config: {
      server: `http://${address}`,
      tls: async () => ({ rejectUnauthorized: true }),
      credentials: { headers: async () => ({}), refuse: () => undefined },
      proxyUrl,
      source: 'test',
    },
    userAgent: 'test',
    clock: { ...systemClock, sleep: async () => undefined },
    random: { next: () => 0 },
    log: silentLogger,
  });
}
