import { silentLogger } from '@k8s-ccm/cloud-provider';
import type { Logger } from '@k8s-ccm/cloud-provider';
import { describe, expect, it } from '@jest/globals';

import { GatedClock } from '../testing/gated-clock.ts';
import { buildService } from '../testing/service-fixtures.ts';
import { LeftoverRepair } from './leftover-repair.ts';
import { ServiceMemory } from './service-memory.ts';
import type { ServiceRecord } from './service-memory.ts';

const forever = new AbortController().signal;

/** A repair over an account in which these owners have listeners on these SLBs. */
class Account {
  readonly clock = new GatedClock();
  readonly removals: string[] = [];
  readonly warnings: string[] = [];
  sweeps = 0;
  failures = 0;
  removal: Promise<void> = Promise.resolve();
  readonly repair: LeftoverRepair;

  constructor(found: Readonly<Record<string, readonly string[]>>, signal: AbortSignal = forever) {
    const slbIdsByOwner = new Map(
      Object.entries(found).map(([owner, slbIds]) => [owner, new Set(slbIds)]),
    );
    const log: Logger = { ...silentLogger, warn: (message) => void this.warnings.push(message) };
    this.repair = new LeftoverRepair({
      clock: this.clock,
      log,
      signal,
      sweep: {
        sweep: () => {
          this.sweeps += 1;
          return this.sweeps <= this.failures
            ? Promise.reject(new Error('the cloud is down'))
            : Promise.resolve({ slbIdByAddress: new Map(), slbIdsByOwner });
        },
      },
      owned: {
        remove: async (slbId, owner) => {
          this.removals.push(`${owner} on ${slbId}`);
          await this.removal;
        },
      },
    });
  }

  /** Lets one wait pass, and all that follows from it up to the next. */
  async pass(): Promise<void> {
    this.clock.pass();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

/** What is known of a Service on `slb-1`. */
function recordOf(): ServiceRecord {
  const record = new ServiceMemory().of(buildService());
  record.slbIds.add('slb-1');
  record.target = 'slb-1';
  return record;
}

describe('the repair of what an earlier process left', () => {
  it('removes the listeners of a known Service from every SLB that it is not on', async () => {
    const account = new Account({ a: ['slb-1', 'slb-2', 'slb-3'] });
    const record = recordOf();
    account.repair.lookAfter('a', record, forever);
    await account.pass();
    expect(account.removals).toEqual(['a on slb-2', 'a on slb-3']);
    expect(record.slbIds).toEqual(new Set(['slb-1']));
  });

  it('never touches what it was not told of', async () => {
    const account = new Account({ a: ['slb-1'], b: ['slb-1', 'slb-2'] });
    account.repair.lookAfter('a', recordOf(), forever);
    await account.pass();
    expect(account.sweeps).toBe(1);
    expect(account.removals).toEqual([]);
  });

  it('looks once for all, not before the start has calmed down', async () => {
    const account = new Account({ a: ['slb-2'], b: ['slb-2'], c: ['slb-3'] });
    account.repair.lookAfter('a', recordOf(), forever);
    account.repair.lookAfter('b', recordOf(), forever);
    expect(account.clock.waits).toEqual([30_000]);
    expect(account.sweeps).toBe(0);
    await account.pass();
    account.repair.lookAfter('c', recordOf(), forever);
    await account.pass();
    expect(account.sweeps).toBe(1);
    expect(account.removals).toEqual(['a on slb-2', 'b on slb-2', 'c on slb-3']);
  });

  it.each<[string, (record: ServiceRecord) => unknown]>([
    ['a Service that is gone', (record) => (record.live = false)],
    ['an SLB that the Service is on its way to', (record) => (record.target = 'slb-2')],
    ['an SLB that the next call deals with', (record) => record.slbIds.add('slb-2')],
  ])('leaves %s alone', async (_, change) => {
    const account = new Account({ a: ['slb-2'] });
    const record = recordOf();
    account.repair.lookAfter('a', record, forever);
    change(record);
    await account.pass();
    expect(account.sweeps).toBe(1);
    expect(account.removals).toEqual([]);
  });

  it('says when it is done, so that nothing else is done to the Service meanwhile', async () => {
    const account = new Account({ a: ['slb-2'] });
    const { promise, resolve } = Promise.withResolvers<void>();
    account.removal = promise;
    const record = recordOf();
    account.repair.lookAfter('a', record, forever);
    await account.pass();
    expect(record.repair).toBeDefined();
    expect(record.slbIds).toContain('slb-2');
    resolve();
    await record.repair;
    expect(record.repair).toBeUndefined();
    expect(record.slbIds).not.toContain('slb-2');
  });

  it('leaves what it cannot remove to the next call', async () => {
    const account = new Account({ a: ['slb-2'] });
    account.removal = Promise.reject(new Error('the cloud is down'));
    const record = recordOf();
    account.repair.lookAfter('a', record, forever);
    await account.pass();
    expect(record.slbIds).toContain('slb-2');
    expect(record.repair).toBeUndefined();
    expect(account.warnings).toHaveLength(1);
  });

  it('looks three times at most, with longer and longer waits', async () => {
    const account = new Account({ a: ['slb-2'] });
    account.failures = 5;
    account.repair.lookAfter('a', recordOf(), forever);
    for (let n = 0; n < 5; n++) await account.pass();
    account.repair.lookAfter('b', recordOf(), forever);
    await account.pass();
    expect(account.clock.waits).toEqual([30_000, 60_000, 90_000]);
    expect(account.sweeps).toBe(3);
    expect(account.warnings).toHaveLength(3);
    expect(account.removals).toEqual([]);
  });

  it.each(['provider', 'caller'])('ends with the %s', async (who) => {
    const [provider, caller] = [new AbortController(), new AbortController()];
    const account = new Account({ a: ['slb-2'] }, provider.signal);
    account.repair.lookAfter('a', recordOf(), caller.signal);
    (who === 'provider' ? provider : caller).abort();
    await account.pass();
    expect(account.sweeps).toBe(0);
    expect(account.warnings).toEqual([]);
    // Another caller, of a process that still leads, starts it anew.
    account.repair.lookAfter('a', recordOf(), forever);
    await account.pass();
    expect(account.removals).toEqual(who === 'provider' ? [] : ['a on slb-2']);
  });
});
