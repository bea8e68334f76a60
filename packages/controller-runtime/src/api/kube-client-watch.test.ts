import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { silentLogger, type Node } from '@k8s-ccm/cloud-provider';
import { isExpired } from './errors/api-error-predicates.ts';
import type { ApiCredentials } from './transport/api-server-config.ts';
import { KubeClient } from './kube-client.ts';
import type { WatchOptions } from './resource-client.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import type { WatchEvent } from './watch-event.ts';

const added = '{"type":"ADDED","object":{"metadata":{"name":"größe"}}}\n';

type Answer = (response: ServerResponse) => void;

describe('a watch of KubeClient', () => {
  it('requests bookmarks, and initial events if asked to', async () => {
    await using world = await start([(response) => response.end(), (response) => response.end()]);
    await world.watch({ resourceVersion: '7', timeoutSeconds: 400, labelSelector: 'a=b' }).ended;
    await world.watch({ sendInitialEvents: true }).ended;
    expect(world.urls).toEqual([
      '/api/v1/nodes?watch=true&allowWatchBookmarks=true&labelSelector=a%3Db&resourceVersion=7&timeoutSeconds=400',
      '/api/v1/nodes?watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan',
    ]);
  });

  it('yields events as they arrive, however slowly their bytes do', async () => {
    await using world = await start([
      (response) => {
        const bytes = Buffer.from(added + added);
        const sendNext = (at: number): void => {
          if (at === bytes.length) response.end();
          else response.write(bytes.subarray(at, at + 1), () => setImmediate(sendNext, at + 1));
        };
        sendNext(0);
      },
    ]);
    const watch = world.watch();
    expect(await watch.ended).toBe('end');
    expect(watch.events).toHaveLength(2);
  });

  it('ends with 410 by status', async () => {
    await using world = await start([
      (response) => response.writeHead(410).end('{"kind":"Status","reason":"Expired","code":410}'),
    ]);
    expect(isExpired(await world.watch().ended)).toBe(true);
  });

  it('ends with 410 by an ERROR event', async () => {
    await using world = await start([
      (response) =>
        response.end(
          `${added}{"type":"ERROR","object":{"kind":"Status","reason":"Expired","code":410}}\n`,
        ),
    ]);
    const watch = world.watch();
    expect(isExpired(await watch.ended)).toBe(true);
    expect(watch.events).toHaveLength(1);
  });

  it('fetches credentials once after a 401', async () => {
    await using world = await start([
      (response) => response.writeHead(401).end(),
      (response) => response.end(added),
    ]);
    const watch = world.watch();
    expect(await watch.ended).toBe('end');
    expect(watch.events).toHaveLength(1);
    expect(world.tokens).toEqual(['Bearer 0', 'Bearer 1']);
  });

  it('is not retried after 429, because its reader decides how long to wait', async () => {
    await using world = await start([
      (response) => response.writeHead(429, { 'retry-after': '3' }).end(),
    ]);
    expect(await world.watch().ended).toMatchObject({ status: 429, retryAfterSeconds: 3 });
    expect(world.urls).toHaveLength(1);
  });

  it.each<[string, Answer, object]>([
    [
      'a reset',
      (response) => response.write(added, () => response.destroy()),
      { code: 'API_CONNECTION_ERROR', outcome: 'unknown' },
    ],
    [
      'an end inside an event',
      (response) => response.end(added + added.slice(0, 20)),
      { code: 'WATCH_DECODE', problem: 'truncated' },
    ],
  ])('yields the events before %s', async (_, answer, failure) => {
    await using world = await start([answer]);
    const watch = world.watch();
    expect(await watch.ended).toMatchObject(failure);
    expect(watch.events).toHaveLength(1);
  });

  it('treats a silent connection as dead, but not an active one', async () => {
    const responses: ServerResponse[] = [];
    await using world = await start([
      (response) => {
        responses.push(response);
        response.write(added);
      },
    ]);
    const watch = world.watch({ idleTimeoutMs: 90_000 });
    await world.until(() => watch.events.length === 1);
    await world.clock.advance(60_000);
    responses[0]?.write(added);
    await world.until(() => watch.events.length === 2);
    await world.clock.advance(89_999);
    expect(watch.hasEnded()).toBe(false);
    await world.clock.advance(1);
    expect(await watch.ended).toMatchObject({ code: 'API_TIMEOUT', timeoutMs: 90_000 });
    await world.until(() => world.openResponses() === 0);
  });

  it('gives up on a server that sends no headers', async () => {
    await using world = await start([() => undefined]);
    const watch = world.watch();
    await world.until(() => world.urls.length === 1);
    await world.clock.advance(30_000);
    expect(await watch.ended).toMatchObject({ code: 'API_TIMEOUT', timeoutMs: 30_000 });
  });

  it('ends with the reason of its signal and closes the connection', async () => {
    await using world = await start([(response) => response.write(added)]);
    const controller = new AbortController();
    const watch = world.watch({ signal: controller.signal });
    await world.until(() => watch.events.length === 1);
    const reason = new Error('enough');
    controller.abort(reason);
    expect(await watch.ended).toBe(reason);
    await world.until(() => world.openResponses() === 0);
    expect(world.clock.timers).toEqual([]);
  });

  it('closes the connection when its reader leaves', async () => {
    await using world = await start([(response) => response.write(added)]);
    for await (const event of world.client.nodes.watch()) {
      expect(event.type).toBe('ADDED');
      break;
    }
    await world.until(() => world.openResponses() === 0);
    expect(world.clock.timers).toEqual([]);
  });

  it('takes no connections from ordinary calls', async () => {
    const answers = Array.from({ length: 20 }, (): Answer => (response) => response.write(added));
    await using world = await start([...answers, (response) => response.end('{}')]);
    const watches = answers.map(() => world.watch());
    await world.until(() => watches.every(({ events }) => events.length === 1));
    await world.client.nodes.get({ name: 'a' });
    expect(world.urls).toHaveLength(21);
  });
});

/** Creates a client on a fake clock and a real server that gives these responses, one per request. */
async function start(answers: readonly Answer[]) {
  const clock = new FakeClock();
  const urls: string[] = [];
  const tokens: (string | undefined)[] = [];
  const open = new Set<ServerResponse>();
  const server = createServer((request: IncomingMessage, response) => {
    open.add(response);
    response.on('close', () => open.delete(response));
    tokens.push(request.headers.authorization);
    answers[urls.push(request.url ?? '') - 1]?.(response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  let token = 0;
  const credentials: ApiCredentials = {
    headers: async () => ({ authorization: `Bearer ${token}` }),
    refuse: () => (token += 1),
  };
  const client = KubeClient.create({
    config: {
      server: `http://127.0.0.1:${port}`,
      tls: async () => ({ rejectUnauthorized: true }),
      credentials,
      source: 'test',
    },
    userAgent: 'ccm',
    clock,
    random: { next: () => 0 },
    log: silentLogger,
  });
  return {
    client,
    clock,
    urls,
    tokens,
    openResponses: () => open.size,
    watch: (options: WatchOptions = {}) => {
      const events: WatchEvent<Node>[] = [];
      let hasEnded = false;
      const run = async (): Promise<unknown> => {
        try {
          for await (const event of client.nodes.watch(options)) events.push(event);
          return 'end';
        } catch (error) {
          return error;
        } finally {
          hasEnded = true;
        }
      };
      return { events, ended: run(), hasEnded: () => hasEnded };
    },
    until: async (condition: () => boolean): Promise<void> => {
      for (let turns = 0; !condition(); turns += 1) {
        if (turns > 20_000) throw new Error(`waited in vain for ${condition.toString()}`);
        await clock.settle();
      }
      await clock.settle();
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await client.close();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
