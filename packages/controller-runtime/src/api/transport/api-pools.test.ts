import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import { systemClock } from '../../time/clock.ts';
import { CredentialCache } from './credential-cache.ts';
import { eventLoopTurn } from '../../time/event-loop-turn.ts';
import { KubeClient } from '../kube-client.ts';
import { systemRandom } from '../../time/random.ts';
import { WatchDecodeError } from '../watch-decode-error.ts';

describe('the connections to an API server', () => {
  let server: Server;
  let client: KubeClient;
  /** Local ports: one for each connection. */
  let used: (number | undefined)[];
  /** The certificate of the client. The server refuses connections that were opened with any other than `accepted`. */
  let certificate: string;
  let accepted: string;
  let openedWith: Map<number | undefined, string>;

  beforeEach(async () => {
    used = [];
    openedWith = new Map();
    certificate = accepted = 'one';
    server = createServer((request, response) => {
      const { remotePort } = request.socket;
      if (!openedWith.has(remotePort)) openedWith.set(remotePort, certificate);
      used.push(remotePort);
      response.writeHead(openedWith.get(remotePort) === accepted ? 200 : 401);
      response.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const parts = { clock: systemClock, log: silentLogger };
    client = KubeClient.create({
      config: {
        server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        tls: async () => ({ cert: certificate, rejectUnauthorized: true }),
        credentials: new CredentialCache({ load: async () => ({ headers: {} }), ...parts }),
        source: 'test',
      },
      userAgent: 'test',
      random: systemRandom,
      ...parts,
    });
  });
  afterEach(async () => {
    await client.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  async function get(): Promise<unknown> {
    try {
      return await client.nodes.get({ name: 'a' });
    } finally {
      await untilFree();
    }
  }

  /** The error of the watch: no response here is an event. */
  async function watch(): Promise<unknown> {
    try {
      return await client.nodes.watch()[Symbol.asyncIterator]().next();
    } catch (error) {
      return error;
    } finally {
      await untilFree();
    }
  }

  it('are replaced if the server refuses the certificate with which they were opened', async () => {
    await get();
    certificate = accepted = 'two';
    expect(await get()).toEqual({});
    await get();
    const [first, second] = [used[0], used[2]];
    expect(used).toEqual([first, first, second, second]);
    expect(second).not.toBe(first);
  });

  it('are also replaced for watches', async () => {
    await watch();
    certificate = accepted = 'two';
    expect(await watch()).toBeInstanceOf(WatchDecodeError);
    await watch();
    const [first, second] = [used[0], used[2]];
    expect(used).toEqual([first, first, second, second]);
    expect(second).not.toBe(first);
  });

  it('stay open if the certificate is unchanged, so that the refusal is returned', async () => {
    await get();
    accepted = 'two';
    for (let n = 0; n < 4; n += 1) await expect(get()).rejects.toThrow('401');
    expect(used).toHaveLength(9);
    // The request is retried before its first connection is free again.
    expect(new Set(used).size).toBe(2);
  });
});

/** The pool reuses a connection only after the response has been read to its end. */
async function untilFree(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await eventLoopTurn();
}
