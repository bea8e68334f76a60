import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import { Pool } from 'undici';
import { gated } from './call-gate.ts';
import { systemClock } from '../../time/clock.ts';
import { KubeClient } from '../kube-client.ts';
import { systemRandom } from '../../time/random.ts';

class OvertakenError extends Error {}

describe('a gate in front of a connection', () => {
  let server: Server;
  let url: string;
  let held: ServerResponse[];
  let received: string[];
  let isOpen: boolean;

  beforeEach(async () => {
    held = [];
    received = [];
    isOpen = true;
    server = createServer((request, response) => {
      received.push(`${request.method} ${request.url}`);
      held.push(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function gate(): void {
    if (!isOpen) throw new OvertakenError('overtaken');
  }

  async function untilReceived(count: number): Promise<void> {
    const giveUpAt = systemClock.monotonic() + 5_000;
    while (received.length < count && systemClock.monotonic() < giveUpAt)
      await systemClock.sleep(5);
    expect(received).toHaveLength(count);
  }

  it('stops a request that waited for a connection while the gate was closed', async () => {
    const pool = new Pool(url, { connections: 1, pipelining: 1 });
    const dispatcher = gated(pool, gate);
    const first = dispatcher.request({ method: 'GET', path: '/first' });
    const second = dispatcher.request({ method: 'PUT', path: '/second', body: '{}' });
    const outcome = second.catch((error: unknown) => error);
    await untilReceived(1);
    isOpen = false;
    held[0]?.end('answer');
    expect(await (await first).body.text()).toBe('answer');
    expect(await outcome).toBeInstanceOf(OvertakenError);
    isOpen = true;
    const third = dispatcher.request({ method: 'GET', path: '/third' });
    await untilReceived(2);
    held[1]?.end();
    await (await third).body.dump();
    expect(received).toEqual(['GET /first', 'GET /third']);
    await pool.close();
  });

  it("makes a client send nothing, retry nothing, and fail with the gate's error", async () => {
    await using client = KubeClient.create({
      config: {
        server: url,
        tls: async () => ({ rejectUnauthorized: true }),
        credentials: { headers: async () => ({}), refuse: () => undefined },
        source: 'test',
      },
      userAgent: 'test',
      clock: systemClock,
      random: systemRandom,
      log: silentLogger,
      mayCall: gate,
    });
    isOpen = false;
    await expect(client.nodes.get({ name: 'a' })).rejects.toThrow(OvertakenError);
    const watching = client.forUserAgent('informers').nodes.watch()[Symbol.asyncIterator]().next();
    await expect(watching).rejects.toThrow(OvertakenError);
    const free = client.forUserAgent('free', { mayCall: () => undefined });
    const answer = free.nodes.get({ name: 'b' });
    await untilReceived(1);
    held[0]?.end('{}');
    expect(await answer).toEqual({});
    expect(received).toEqual(['GET /api/v1/nodes/b']);
  });
});
