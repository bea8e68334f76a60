import { describe, expect, it } from '@jest/globals';
import type { Node } from '@k8s-ccm/cloud-provider';
import { isExpired } from './errors/api-error-predicates.ts';
import { decodeWatch } from './watch-decoder.ts';

const added = '{"type":"ADDED","object":{"metadata":{"name":"größe-😀"}}}\n';

describe('decodeWatch', () => {
  it('keeps a character intact that is split between two chunks', async () => {
    const bytes = Buffer.from(added);
    const cut = bytes.indexOf('😀') + 2;
    const [event] = await read([bytes.subarray(0, cut), bytes.subarray(cut)]);
    expect(event).toEqual({ type: 'ADDED', object: { metadata: { name: 'größe-😀' } } });
  });

  it('reads the last event of a stream without a final newline', async () => {
    expect(await read([Buffer.from(added.trimEnd())])).toHaveLength(1);
  });

  it('skips empty lines', async () => {
    expect(await read([Buffer.from(`\n${added}\r\n\n${added}`)])).toHaveLength(2);
  });

  it.each([
    ['true', true],
    ['false', false],
  ])(
    'recognizes the bookmark that ends the initial events (%s)',
    async (value, initialEventsEnd) => {
      const bookmark = {
        type: 'BOOKMARK',
        object: {
          kind: 'Node',
          metadata: { resourceVersion: '200', annotations: { 'k8s.io/initial-events-end': value } },
        },
      };
      expect(await read([Buffer.from(JSON.stringify(bookmark))])).toEqual([
        { type: 'BOOKMARK', resourceVersion: '200', initialEventsEnd },
      ]);
    },
  );

  it('throws an ERROR event as the error of its Status', async () => {
    const gone =
      '{"type":"ERROR","object":{"kind":"Status","message":"too old resource version: 210 (245)","reason":"Expired","code":410}}\n';
    const failure = await failureOf([Buffer.from(added + gone)]);
    expect(isExpired(failure)).toBe(true);
    expect(failure).toMatchObject({ status: 410, reason: 'Expired', path: '/api/v1/nodes' });
  });

  it.each([
    ['truncated', added.slice(0, -10), 1000],
    ['malformed', '<html>\n', 1000],
    ['malformed', '[1]\n', 1000],
    ['malformed', '{"type":"ADDED"}\n', 1000],
    ['malformed', '{"type":"SOMETHING","object":{}}\n', 1000],
    ['oversized', added, 20],
    ['oversized', 'x'.repeat(21), 20],
  ])('rejects a stream that is %s: %j', async (problem, text, maxEventBytes) => {
    expect(await failureOf([Buffer.from(text)], maxEventBytes)).toMatchObject({
      code: 'WATCH_DECODE',
      problem,
      path: '/api/v1/nodes',
    });
  });

  it('holds at most the limit of an event that never ends', async () => {
    let sent = 0;
    const endless = async function* (): AsyncGenerator<Buffer> {
      for (;;) {
        sent += 1;
        yield Buffer.alloc(10, 'x');
      }
    };
    await expect(collect(endless(), 100)).rejects.toMatchObject({ problem: 'oversized' });
    expect(sent).toBe(11);
  });
});

async function read(chunks: readonly Buffer[], maxEventBytes = 1000): Promise<unknown[]> {
  const stream = async function* (): AsyncGenerator<Buffer> {
    yield* chunks;
  };
  return await collect(stream(), maxEventBytes);
}

async function collect(stream: AsyncIterable<Buffer>, maxEventBytes: number): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const event of decodeWatch<Node>(stream, { path: '/api/v1/nodes', maxEventBytes }))
    events.push(event);
  return events;
}

async function failureOf(chunks: readonly Buffer[], maxEventBytes?: number): Promise<unknown> {
  return await read(chunks, maxEventBytes).then(
    () => undefined,
    (error: unknown) => error,
  );
}
