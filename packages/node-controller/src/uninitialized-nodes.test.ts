import { describe, expect, it } from '@jest/globals';
import type { Node } from '@k8s-ccm/cloud-provider';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { UninitializedNodes } from './uninitialized-nodes.ts';

const node = (uid = 'u', resourceVersion = '1'): Node => ({
  kind: 'Node',
  metadata: { name: 'n', uid, resourceVersion },
});

function watched() {
  const clock = new FakeClock();
  const told: string[] = [];
  const nodes = new UninitializedNodes({
    clock,
    recorder: {
      event: ({ metadata }, type, reason, message) => {
        told.push(
          `${clock.monotonic()} ${metadata?.uid}/${metadata?.resourceVersion} ${type} ${reason} ${message}`,
        );
      },
    },
  });
  return { clock, told, nodes };
}

const text = 'Warning UninitializedNode Node is not initialized by the cloud provider yet:';

describe('UninitializedNodes', () => {
  it('tells the last reason after a minute and then every five, however often the node changes', async () => {
    const { clock, told, nodes } = watched();
    nodes.saw(node());
    nodes.waits('n', 'first');
    await clock.advance(30_000);
    nodes.saw(node('u', '2'));
    nodes.waits('n', 'second');
    await clock.advance(30_000);
    nodes.waits('n', 'third');
    await clock.advance(300_000);
    expect(told).toEqual([`60000 u/2 ${text} second`, `360000 u/2 ${text} third`]);
  });

  it('tells at once what only help can end, once for each reason, and then every five minutes', async () => {
    const { clock, told, nodes } = watched();
    nodes.saw(node());
    await clock.advance(1000);
    nodes.waitsForHelp('n', 'two servers');
    nodes.waitsForHelp('n', 'two servers');
    await clock.advance(1000);
    nodes.waitsForHelp('n', 'three servers');
    await clock.advance(300_000);
    expect(told).toEqual([
      `1000 u/1 ${text} two servers`,
      `2000 u/1 ${text} three servers`,
      `302000 u/1 ${text} three servers`,
    ]);
  });

  it('begins anew for another node of the same name', async () => {
    const { clock, told, nodes } = watched();
    nodes.saw(node('old'));
    nodes.waits('n', 'boom');
    await clock.advance(59_000);
    nodes.saw(node('new'));
    await clock.advance(60_000);
    expect(told).toEqual([`119000 new/1 ${text} the cloud provider has not answered yet`]);
  });

  it.each<[string, (nodes: UninitializedNodes) => void]>([
    ['a node that waits no more', (nodes) => nodes.forget('n')],
    ['all at the end', (nodes) => nodes.close()],
  ])('forgets %s', async (_what, forget) => {
    const { clock, told, nodes } = watched();
    nodes.saw(node());
    forget(nodes);
    nodes.waits('n', 'too late');
    expect(clock.timers).toEqual([]);
    await clock.advance(600_000);
    expect(told).toEqual([]);
  });
});
