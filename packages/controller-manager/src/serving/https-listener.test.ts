import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { connect as tlsConnect } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '@k8s-ccm/controller-runtime';
import { ask as get, startTestServing as start } from './testing/test-serving.ts';

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

  it('lets one client not take the connections of all', async () => {
    await using serving = await start({ limits: { maxConnectionsPerAddress: 2 } });
    const { port, certificate: ca } = serving;
    const to = { port, host: '127.0.0.1', servername: 'localhost', ca, localAddress: '127.0.0.2' };
    const sockets: TLSSocket[] = [];
    const isTaken = () =>
      new Promise<boolean>((resolve) => {
        const socket = tlsConnect(to, () => resolve(true));
        socket.on('error', () => undefined).on('close', () => resolve(false));
        sockets.push(socket);
      });
    expect([await isTaken(), await isTaken(), await isTaken()]).toEqual([true, true, false]);
    expect((await get(serving, '/healthz')).status).toBe(200);
    sockets[0]?.destroy();
    while (!(await isTaken())) await systemClock.sleep(10);
    expect(await isTaken()).toBe(false);
    for (const socket of sockets) socket.destroy();
  });
});
