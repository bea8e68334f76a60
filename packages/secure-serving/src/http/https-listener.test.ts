import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { connect as tlsConnect } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import { startTestServing as start } from '../testing/test-serving.ts';
import type { Endpoint } from './endpoint.ts';

/** Of this host, of each address family that it has. */
const loopbacks = Object.values(networkInterfaces())
  .flatMap((addresses = []) => addresses)
  .filter(({ internal }) => internal)
  .map(({ address }) => address);

describe('HttpsListener', () => {
  it.each(['0.0.0.0', '::'])('serves %s in all address families', async (address) => {
    await using serving = await start({ address });
    for (const host of loopbacks) {
      const socket = connect(serving.port, host);
      await once(socket, 'connect');
      expect(socket.remoteAddress).toBe(host);
      socket.destroy();
    }
  });

  it('closes a connection that asks more and more while answers are awaited', async () => {
    let asked = 0;
    const stuck: Endpoint = {
      methods: ['GET'],
      answer: ({ signal }) => {
        asked += 1;
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new Error('gone')));
        });
      },
    };
    await using serving = await start({
      router: () => stuck,
      authorization: { alwaysAllowPaths: ['*'], authorizedTtlMs: 0, unauthorizedTtlMs: 0 },
      limits: { maxRequestsPerConnection: 3 },
    });
    const { port, certificate: ca } = serving;
    const socket = tlsConnect({ port, host: '127.0.0.1', servername: 'localhost', ca });
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => undefined).write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(100));
    await closed;
    expect(asked).toBe(3);
  }, 2000);

  it('serves one request after the other on a connection', async () => {
    await using serving = await start({ limits: { maxRequestsPerConnection: 1 } });
    const { port, certificate: ca } = serving;
    const socket = tlsConnect({ port, host: '127.0.0.1', servername: 'localhost', ca });
    for (let n = 0; n < 3; n += 1) {
      socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
      const [answer]: unknown[] = await once(socket, 'data');
      expect(String(answer)).toContain('200 OK');
    }
    socket.destroy();
  });
});
