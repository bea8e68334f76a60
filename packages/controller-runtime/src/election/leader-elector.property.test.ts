import { runs } from '@k8s-ccm/foundation/testing';
import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import * as fc from 'fast-check';
import type { Clock, Timer } from '../time/clock.ts';
import { sleepOn } from '../time/clock.ts';
import { LeaderElector } from './leader-elector.ts';
import { seededRandom, type Random } from '../time/random.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { FakeLeaseServer, type LeaseCallFate } from '../testing/fake-lease-server.ts';

/** The clock of a process that can be suspended and whose time of day is wrong. */
class ProcessClock implements Clock {
  readonly #clock: FakeClock;
  readonly #skewMs: number;
  #late: (() => void)[] | undefined;

  constructor(clock: FakeClock, skewMs: number) {
    this.#clock = clock;
    this.#skewMs = skewMs;
  }

  get isStopped(): boolean {
    return this.#late !== undefined;
  }

  now(): number {
    return this.#clock.now() + this.#skewMs;
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  timer(ms: number, callback: () => void): Timer {
    let isCancelled = false;
    const fire = (): void => {
      if (!isCancelled) callback();
    };
    const timer = this.#clock.timer(ms, () => {
      if (this.#late === undefined) fire();
      else this.#late.push(fire);
    });
    return {
      cancel: () => {
        isCancelled = true;
        timer.cancel();
      },
    };
  }

  async sleep(ms: number, options?: { readonly signal?: AbortSignal }): Promise<void> {
    await sleepOn((wait, callback) => this.timer(wait, callback), ms, options?.signal);
  }

  stop(): void {
    this.#late ??= [];
  }

  goOn(): void {
    const late = this.#late ?? [];
    this.#late = undefined;
    for (const fire of late) fire();
  }
}

const step = fc.record({
  afterMs: fc.integer({ min: 0, max: 12_000 }),
  who: fc.nat(2),
  what: fc.constantFrom('stop', 'go on', 'go on', 'end', 'cut off', 'connect', 'connect', 'delete'),
});

/** Runs electors one after the other, like a process that is restarted after each end. */
function stand(who: number, clock: ProcessClock, server: FakeLeaseServer, random: Random) {
  const candidate = {
    clock,
    isCutOff: false,
    isOver: false,
    elector: undefined as LeaderElector | undefined,
    end: new AbortController(),
  };
  const fates: readonly LeaseCallFate[] = [
    'answered',
    'answered',
    'answered',
    'answered',
    'lost',
    'answer-lost',
    'hanging',
  ];
  const client = server.client({
    clock,
    latencyMs: () => random.next() ** 4 * 4_000,
    fate: () =>
      candidate.isCutOff ? 'lost' : (fates[Math.floor(random.next() * fates.length)] ?? 'lost'),
  });
  const run = async (): Promise<void> => {
    for (let life = 0; !candidate.isOver; life += 1) {
      candidate.end = new AbortController();
      const { signal } = candidate.end;
      candidate.elector = new LeaderElector({
        client,
        name: 'ccm',
        namespace: 'kube-system',
        identity: `${who}_${life}`,
        clock,
        random,
        log: silentLogger,
      });
      const work = async (until: AbortSignal): Promise<void> => {
        await clock.sleep(600_000, { signal: until }).catch(() => undefined);
      };
      await candidate.elector.run(work, signal).catch(() => undefined);
      await clock.sleep(500);
    }
  };
  return { candidate, done: run() };
}

describe('LeaderElector', () => {
  it('never lets two processes lead at once, and lets one lead once all is well', async () => {
    let terms = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.integer(), async (steps, seed) => {
        const clock = new FakeClock({ settleTurns: 2 });
        const server = new FakeLeaseServer(clock);
        const random = seededRandom(seed);
        const stands = [0, -86_400_000, 3_600_000].map((skewMs, who) =>
          stand(who, new ProcessClock(clock, skewMs), server, random),
        );
        const candidates = stands.map(({ candidate }) => candidate);
        const acting = (): number =>
          candidates.filter((each) => !each.clock.isStopped && each.elector?.isLeader === true)
            .length;
        let worst = 0;
        const pass = async (ms: number): Promise<void> => {
          for (let passed = 0; passed < ms; passed += 250) {
            await clock.advance(250);
            worst = Math.max(worst, acting());
            terms += acting();
          }
        };
        for (const { afterMs, who, what } of steps) {
          await pass(afterMs);
          const candidate = candidates[who];
          if (candidate === undefined) throw new Error('cannot be');
          if (what === 'stop') candidate.clock.stop();
          if (what === 'go on') candidate.clock.goOn();
          if (what === 'end') candidate.end.abort(new Error('SIGTERM'));
          if (what === 'cut off') candidate.isCutOff = true;
          if (what === 'connect') candidate.isCutOff = false;
          // Only a free lease: deleting a held lease breaks the guarantee for everyone.
          if (what === 'delete' && server.holder === '') server.delete();
          // At the moment at which the process continues, before anything else has run.
          worst = Math.max(worst, acting());
        }
        for (const candidate of candidates) {
          candidate.isCutOff = false;
          candidate.clock.goOn();
        }
        await clock.advanceUntil(() => acting() > 0, 600_000);
        expect(Math.max(worst, acting())).toBe(1);
        for (const candidate of candidates) {
          candidate.isOver = true;
          candidate.end.abort(new Error('SIGTERM'));
        }
        await clock.advance(60_000);
        await Promise.all(stands.map(async ({ done }) => await done));
      }),
      { numRuns: runs(100) },
    );
    expect(terms).toBeGreaterThan(100);
  });
});
