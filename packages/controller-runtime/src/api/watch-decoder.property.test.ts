import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { KubernetesObject } from '@k8s-ccm/cloud-provider';
import { WatchDecodeError } from './watch-decode-error.ts';
import { decodeWatch } from './watch-decoder.ts';
import type { WatchEvent } from './watch-event.ts';

describe('decodeWatch', () => {
  it('yields the same events however the stream is split into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(wireEvent(), { maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 40 }),
        async (wire, cuts) => {
          const bytes = Buffer.from(
            wire.map((event) => `${JSON.stringify(event)}\n`).join(''),
            'utf8',
          );
          const whole = await read([bytes]);
          expect(await read(cutAt(bytes, cuts))).toEqual(whole);
          expect(whole.map((event) => event.type)).toEqual(wire.map((event) => event.type));
        },
      ),
    );
  });

  it('yields the same events one byte at a time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(wireEvent(), { maxLength: 4 }), async (wire) => {
        const bytes = Buffer.from(
          wire.map((event) => `${JSON.stringify(event)}\n`).join(''),
          'utf8',
        );
        expect(await read([...bytes].map((byte) => Buffer.of(byte)))).toEqual(await read([bytes]));
      }),
    );
  });

  it('yields all complete events and then an error, wherever a stream breaks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(wireEvent(), { minLength: 1, maxLength: 6 }),
        fc.nat(),
        async (wire, at) => {
          const bytes = Buffer.from(
            wire.map((event) => `${JSON.stringify(event)}\n`).join(''),
            'utf8',
          );
          const cut = bytes.subarray(0, at % bytes.length);
          const whole = cut.toString('utf8').split('\n').length - 1;
          const { events, failure } = await readUntilFailure(cut);
          // A cut directly before a newline leaves a complete event.
          const isWhole = cut.length === 0 || cut.at(-1) === 0x0a || bytes[cut.length] === 0x0a;
          const isUnended = cut.length > 0 && cut.at(-1) !== 0x0a;
          expect(events).toHaveLength(isUnended && isWhole ? whole + 1 : whole);
          expect(problemOf(failure)).toBe(isWhole ? 'none' : 'truncated');
        },
      ),
    );
  });
});

async function readUntilFailure(bytes: Buffer): Promise<{ events: unknown[]; failure: unknown }> {
  const events: unknown[] = [];
  try {
    for await (const event of decodeWatch(streamOf([bytes]), { path: '/w' })) events.push(event);
  } catch (failure) {
    return { events, failure };
  }
  return { events, failure: undefined };
}

function problemOf(failure: unknown): unknown {
  return failure === undefined
    ? 'none'
    : failure instanceof WatchDecodeError
      ? failure.problem
      : failure;
}

function wireEvent(): fc.Arbitrary<{ type: string; object: KubernetesObject }> {
  return fc.record({
    type: fc.constantFrom('ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'),
    object: fc.record({
      kind: fc.constant('Node'),
      metadata: fc.record({
        name: fc.string({ unit: 'grapheme' }),
        resourceVersion: fc.nat().map(String),
        annotations: fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })),
      }),
    }),
  });
}

function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const points = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted(
    (a, b) => a - b,
  );
  return points.slice(1).map((end, i) => bytes.subarray(points[i], end));
}

async function read(chunks: readonly Buffer[]): Promise<WatchEvent<KubernetesObject>[]> {
  const events: WatchEvent<KubernetesObject>[] = [];
  for await (const event of decodeWatch<KubernetesObject>(streamOf(chunks), { path: '/w' }))
    events.push(event);
  return events;
}

async function* streamOf(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}
