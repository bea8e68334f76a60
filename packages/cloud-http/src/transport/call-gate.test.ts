import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as t from 'io-ts';
import { CloudClient } from '../call/cloud-client.ts';
import type { CloudClientOptions } from '../call/cloud-client.ts';
import { createConnections } from './connections.ts';

class OvertakenError extends Error {}

describe('mayCall', () => {
  let server: Server;
  let url: string;
  let held: ServerResponse[];
  let received: string[];
  let waiting: { count: number; resolve: () => void } | undefined;
  let isOpen: boolean;

  beforeEach(async () => {
    held = [];
    received = [];
    isOpen = true;
    server = createServer((request, response) => {
      received.push(`${request.method} ${request.url}`);
      held.push(response);
      if (received.length === waiting?.count) waiting.resolve();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  async function untilReceived(count: number): Promise<void> {
    if (received.length >= count) return;
    await new Promise<void>((resolve) => {
      waiting = { count, resolve };
    });
  }

  function client(options: CloudClientOptions = {}): CloudClient {
    return new CloudClient({
      mayCall: () => {
        if (!isOpen) throw new OvertakenError('overtaken');
      },
      ...options,
    });
  }

  const request = (operation: string) => ({
    operation,
    method: 'GET' as const,
    url: `${url}/${operation}`,
    answer: t.type({}),
  });

  it('is called before the request is signed', async () => {
    let signatures = 0;
    await using gated = client({
      signer: {
        sign: async () => {
          signatures += 1;
          return { headers: {} };
        },
      },
    });
    isOpen = false;
    await expect(gated.call(request('a'))).rejects.toThrow(OvertakenError);
    expect([signatures, received]).toEqual([0, []]);
  });

  it('prevents a call that was waiting for a connection when the gate closed', async () => {
    const dispatcher = createConnections({ connections: 1 });
    const gated = client({ dispatcher });
    const first = gated.call(request('first'));
    await untilReceived(1);
    const second = gated.call(request('second')).catch((error: unknown) => error);
    // By now, the request is queued for the only connection.
    await new Promise((resolve) => setImmediate(resolve));
    isOpen = false;
    held[0]?.end('{}');
    await first;
    expect(await second).toBeInstanceOf(OvertakenError);
    expect(received).toEqual(['GET /first']);
    await dispatcher.close();
  });

  it('determines the error of a call whose retry it prevents', async () => {
    await using gated = client();
    const call = gated.call(request('cut')).catch((error: unknown) => error);
    await untilReceived(1);
    isOpen = false;
    held[0]?.destroy();
    expect(await call).toBeInstanceOf(OvertakenError);
    expect(received).toEqual(['GET /cut']);
  });
});
