import { silentLogger } from '@k8s-ccm/cloud-provider';
import type { Logger } from '@k8s-ccm/cloud-provider';
import { SlbErrorCode } from '@k8s-ccm/inspur-sdk';
import type { Listener, Slb } from '@k8s-ccm/inspur-sdk';
import { describe, expect, it } from '@jest/globals';

import { buildListener, buildSlb } from '../testing/cloud-fixtures.ts';
import { GatedClock } from '../testing/gated-clock.ts';
import { refusal } from '../testing/refusals.ts';
import { AccountSurveyor } from './account-surveyor.ts';

const owner = 'a000000000004000';
const denied = refusal('ListListeners', SlbErrorCode.SlbNotAuthorized);
const broken = refusal('ListListeners', '', { status: 500, retryable: true });
const forever = new AbortController().signal;

type Answer = readonly Listener[] | Error;

/** An account with SLBs; each look at the listeners of an SLB takes its next answer, the last one again. */
class Account {
  readonly clock = new GatedClock();
  readonly warnings: string[] = [];
  readonly looks: string[] = [];
  readonly found: string[] = [];
  lists = 0;
  /** Whether the list of SLBs proves to be complete. */
  complete = true;
  readonly surveyor: AccountSurveyor;

  constructor(
    slbs: readonly Slb[] | Error,
    answers: Readonly<Record<string, readonly Answer[]>> = {},
    signal: AbortSignal = forever,
    background?: AbortSignal,
  ) {
    const log: Logger = { ...silentLogger, warn: (message) => void this.warnings.push(message) };
    this.surveyor = new AccountSurveyor({
      clock: this.clock,
      log,
      signal,
      ...(background === undefined ? {} : { background }),
      client: {
        listLoadBalancers: () => {
          this.lists += 1;
          return slbs instanceof Error
            ? Promise.reject(slbs)
            : Promise.resolve({ slbs, complete: this.complete, calls: 1 });
        },
        getLoadBalancer: () => Promise.reject(refusal('GetLoadBalancer', SlbErrorCode.SlbNotFound)),
        listListeners: (slbId) => {
          const turn = this.looks.filter((look) => look === slbId).length;
          this.looks.push(slbId);
          const answer = answers[slbId]?.[turn] ?? answers[slbId]?.at(-1) ?? [];
          return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
        },
      },
    });
  }

  async owners(): Promise<object> {
    return Object.fromEntries((await this.surveyor.survey(forever)).slbIdsByOwner);
  }

  /** Schedules a background survey for a Service that is known to be on `slb-1`. */
  schedule(subject = owner): void {
    this.surveyor.schedule({
      owner: subject,
      isKnown: (slbId) => slbId === 'slb-1',
      onFound: () => void this.found.push(subject),
    });
  }

  /** Ends one wait, and everything that follows from it up to the next. */
  async pass(): Promise<void> {
    this.clock.pass();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

const twoSlbs = [buildSlb(), buildSlb({ slbId: 'slb-2', businessIp: '10.0.0.2', eipAddress: '' })];

describe('a survey of the account', () => {
  it('reads every SLB, even one that claims to have no listener', async () => {
    const account = new Account(
      [3, 0, undefined].map((listenerCount, index) =>
        buildSlb({ slbId: `slb-${index + 1}`, listenerCount }),
      ),
      { 'slb-2': [[buildListener()]], 'slb-3': [[buildListener()]] },
    );
    expect(await account.owners()).toEqual({ [owner]: new Set(['slb-2', 'slb-3']) });
    expect(account.looks).toEqual(['slb-1', 'slb-2', 'slb-3']);
  });

  it('never takes eight digits of a UID for an owner', async () => {
    const legacy = buildListener({ listenerName: 'k8s_a0000000_TCP_80' });
    expect(await new Account(twoSlbs, { 'slb-1': [[legacy]] }).owners()).toEqual({});
  });

  it('knows the SLB of each address', async () => {
    const { slbIdByAddress } = await new Account(twoSlbs).surveyor.survey(forever);
    expect(Object.fromEntries(slbIdByAddress)).toEqual({
      '10.0.0.1': 'slb-1',
      '203.0.113.1': 'slb-1',
      '10.0.0.2': 'slb-2',
    });
  });

  it('is made once for all, and kept once it read everything', async () => {
    const account = new Account(twoSlbs);
    await Promise.all([account.owners(), account.owners()]);
    await account.owners();
    expect(account.lists).toBe(1);
    expect(account.surveyor.completed).toBeDefined();
  });

  it('names an SLB that cannot be read, and reads the others', async () => {
    const account = new Account(twoSlbs, { 'slb-1': [broken], 'slb-2': [[buildListener()]] });
    const { slbIdsByOwner, unreadable } = await account.surveyor.survey(forever);
    expect(Object.fromEntries(slbIdsByOwner)).toEqual({ [owner]: new Set(['slb-2']) });
    expect([...unreadable.keys()]).toEqual(['slb-1']);
    expect(account.surveyor.completed).toBeUndefined();
  });

  it('is not kept if the list of SLBs may lack some', async () => {
    const account = new Account(twoSlbs);
    account.complete = false;
    expect(await account.surveyor.survey(forever)).toMatchObject({ hasAllSlbs: false });
    expect(account.surveyor.completed).toBeUndefined();
    account.complete = true;
    await account.owners();
    expect(account.surveyor.completed).toBeDefined();
  });

  it('does not take one denial for an answer', async () => {
    const account = new Account([buildSlb()], { 'slb-1': [denied, [buildListener()]] });
    expect(await account.owners()).toEqual({ [owner]: new Set(['slb-1']) });
  });

  it('passes over an SLB that is denied twice', async () => {
    const account = new Account(twoSlbs, { 'slb-1': [[buildListener()]], 'slb-2': [denied] });
    expect(await account.owners()).toEqual({ [owner]: new Set(['slb-1']) });
    expect(account.surveyor.completed).toBeDefined();
  });

  it('fails if every SLB is denied', async () => {
    const account = new Account([buildSlb()], { 'slb-1': [denied] });
    await expect(account.owners()).rejects.toMatchObject({ target: 'SLB "slb-1"', cause: denied });
  });

  it('passes over an SLB that was deleted meanwhile', async () => {
    const gone = refusal('ListListeners', SlbErrorCode.SlbNotFound);
    expect(await new Account([buildSlb()], { 'slb-1': [gone] }).owners()).toEqual({});
  });

  it('says what it read if the list itself fails', async () => {
    const cause = refusal('ListLoadBalancers', SlbErrorCode.BadRequest);
    await expect(new Account(cause).owners()).rejects.toMatchObject({
      target: 'all SLBs of the account',
      cause,
    });
  });
});

describe('a survey in the background', () => {
  it('reports a Service that has listeners on an SLB that is not known', async () => {
    const account = new Account(twoSlbs, { 'slb-2': [[buildListener()]] });
    account.schedule();
    expect(account.clock.waits).toEqual([30_000]);
    expect(account.lists).toBe(0);
    await account.pass();
    expect(account.found).toEqual([owner]);
  });

  it('reports nothing of Services on known SLBs, or of Services that it was not asked about', async () => {
    const other = buildListener({ listenerName: 'k8s_b000000000004000_TCP_90' });
    const account = new Account(twoSlbs, { 'slb-1': [[buildListener()]], 'slb-2': [[other]] });
    account.schedule();
    await account.pass();
    expect(account.lists).toBe(1);
    expect(account.found).toEqual([]);
  });

  it('answers later subjects from the survey that was made', async () => {
    const account = new Account(twoSlbs, { 'slb-2': [[buildListener()]] });
    account.schedule('c000000000004000');
    await account.pass();
    account.schedule();
    expect(account.found).toEqual([owner]);
    expect(account.lists).toBe(1);
  });

  it('is repeated until it has read everything, twice as late each time and half an hour at most', async () => {
    const account = new Account(twoSlbs, {
      'slb-2': [...Array.from({ length: 7 }, () => broken), [buildListener()]],
    });
    account.schedule();
    for (let turn = 0; turn < 9; turn++) await account.pass();
    expect(account.clock.waits.map((ms) => ms / 1000)).toEqual([
      30, 60, 120, 240, 480, 960, 1800, 1800,
    ]);
    expect(account.warnings).toHaveLength(7);
    expect(account.found).toEqual([owner]);
  });

  it('reads again an account that it could not read whole', async () => {
    const account = new Account(twoSlbs, { 'slb-2': [broken, [buildListener()]] });
    account.schedule();
    await account.pass();
    expect(account.found).toEqual([]);
    expect(account.warnings).toHaveLength(1);
    await account.pass();
    expect(account.found).toEqual([owner]);
  });

  it('ends with the provider', async () => {
    const provider = new AbortController();
    const account = new Account(twoSlbs, {}, provider.signal);
    account.schedule();
    provider.abort();
    await account.pass();
    expect(account.lists).toBe(0);
    expect(account.warnings).toEqual([]);
  });

  it('ends before the provider when that is replaced, and leaves the calls under way alone', async () => {
    const background = new AbortController();
    const account = new Account(
      twoSlbs,
      { 'slb-2': [[buildListener()]] },
      forever,
      background.signal,
    );
    account.schedule();
    background.abort();
    await account.pass();
    expect([account.lists, account.found, account.warnings]).toEqual([0, [], []]);
    expect(await account.owners()).toEqual({ [owner]: new Set(['slb-2']) });
  });
});
