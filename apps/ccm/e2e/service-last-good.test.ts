import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CcmProcess } from './ccm-process.ts';
import type { WireListener } from './emulator-control.ts';
import { MemberWatch } from './member-watch.ts';
import { Sandbox, slbIdAnnotation } from './sandbox.ts';

const forwardRule = 'loadbalancer.inspur.com/forward-rule';

/** A change of a serving Service that `ccm` cannot follow. */
interface Mistake {
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** What the Warning quotes. */
  readonly quoted: string;
}

const mistakes: readonly Mistake[] = [
  { name: 'a typo in an annotation', annotations: { [forwardRule]: 'WRRR' }, quoted: '"WRRR"' },
  {
    name: 'the ID of an SLB that does not exist',
    annotations: { [slbIdAnnotation]: 'slb-nowhere' },
    quoted: '"slb-nowhere"',
  },
  {
    name: 'the ID of an SLB of another account',
    annotations: { [slbIdAnnotation]: 'slb-foreign' },
    quoted: '"slb-foreign"',
  },
  {
    name: 'a text that is no ID of an SLB',
    annotations: { [slbIdAnnotation]: 'slb/nowhere' },
    quoted: '"slb/nowhere"',
  },
];

describe('a Service that serves and is then given', () => {
  let sandbox: Sandbox;
  let ccm: CcmProcess;
  let serial = 0;
  let name = '';
  let slbId = '';
  let address = '';
  let listener: WireListener | undefined;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    await sandbox.addSlb({ slbId: 'slb-foreign', userId: 'somebody-else' });
    ccm = await sandbox.startCcm();
  }, 300_000);

  beforeEach(async () => {
    serial += 1;
    [name, address] = [`last-good-${serial}`, `10.0.10.${serial}`];
    for (const node of ['old', 'kept']) await sandbox.addNode(`${node}-${serial}`);
    slbId = await sandbox.addSlb({ businessIp: address });
    await sandbox.addService(name, { slbId });
    await sandbox.addresses(name, [address]);
    await sandbox.serving(slbId, servers('kept', 'old'));
    [listener] = await sandbox.listeners(slbId);
  });

  afterEach(async () => {
    await sandbox.deleteService(name);
    await sandbox.serviceGone(name);
    for (const node of ['kept', 'new']) await sandbox.deleteNode(`${node}-${serial}`);
  });

  afterAll(async () => {
    await ccm.stop();
    await sandbox.stop();
  }, 60_000);

  function servers(...nodes: readonly string[]): readonly string[] {
    return nodes.map((node) => `i-${node}-${serial}`);
  }

  async function replaceNode(): Promise<void> {
    await sandbox.addNode(`new-${serial}`);
    await sandbox.deleteNode(`old-${serial}`);
  }

  /** The listener and the address are what they were. */
  async function staysAsItWas(): Promise<void> {
    expect(await sandbox.listeners(slbId)).toEqual([listener]);
    await sandbox.addresses(name, [address]);
  }

  it.each(mistakes)(
    '$name keeps its members in step with the Nodes, and the Warning stays',
    async ({ annotations, quoted }) => {
      using watch = new MemberWatch(sandbox.emulator);
      await sandbox.annotate(name, annotations);
      await sandbox.event(name, 'SyncLoadBalancerFailed', quoted);
      await replaceNode();
      await sandbox.serving(slbId, servers('kept', 'new'));
      await staysAsItWas();
      await sandbox.untilEvent(
        name,
        ({ count, message, reason }) =>
          reason === 'SyncLoadBalancerFailed' && message.includes(quoted) && count > 1,
      );
      expect(watch.lapses).toEqual([]);

      await sandbox.annotate(name, { [slbIdAnnotation]: slbId, [forwardRule]: 'WRR' });
      await sandbox.untilListener(slbId, (found) => found.forwardRule === 'WRR');
      await sandbox.serving(slbId, servers('kept', 'new'));
    },
  );

  it.each(mistakes)('$name keeps its members in step after a restart, too', async (mistake) => {
    await sandbox.annotate(name, mistake.annotations);
    await sandbox.event(name, 'SyncLoadBalancerFailed', mistake.quoted);
    expect(await ccm.stop()).toEqual({ code: 0, signal: null });
    await replaceNode();
    using watch = new MemberWatch(sandbox.emulator);
    ccm = await sandbox.startCcm();
    await sandbox.serving(slbId, servers('kept', 'new'));
    await staysAsItWas();
    expect(watch.lapses).toEqual([]);
  });
});
