import { describe, expect, it } from '@jest/globals';
import { RouteDoubtError } from '@k8s-ccm/cloud-provider';
import type { NodeCondition } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider, inTurn, throws } from '@k8s-ccm/cloud-provider/testing';
import { nodeOf, scene } from './virtual-controller.ts';

const reachable: NodeCondition = {
  type: 'NetworkUnavailable',
  status: 'False',
  reason: 'RouteCreated',
};
const unreachable: NodeCondition = { ...reachable, status: 'True', reason: 'NoRouteCreated' };
const doubt = new RouteDoubtError('an entry cannot be read');

/** A run in which the routes of the one node `a`, with this condition, cannot be made for these reasons. */
function failedRun(condition: NodeCondition | undefined, ...reasons: readonly Error[]) {
  const cloud = new FakeCloudProvider();
  cloud.answer('create-route', inTurn(...reasons.map((reason) => throws(reason))));
  const podCIDRs = ['10.244.1.0/24', '10.244.2.0/24'];
  const status = { conditions: condition === undefined ? [] : [condition] };
  return scene({ cloud, nodes: [{ ...nodeOf('a', ...podCIDRs), status }] });
}

describe('a creation in doubt', () => {
  it('takes no reachability from a node, is told, and tried again', async () => {
    const { clock, cloud, events, patches, stop } = failedRun(reachable, doubt, doubt);
    await clock.advance(0);
    expect(patches).toEqual([]);
    expect(events).toEqual([
      expect.stringContaining('an entry cannot be read'),
      expect.stringContaining('an entry cannot be read'),
    ]);
    await clock.advance(10_000);
    expect(cloud.routeTable).toHaveLength(2);
    await stop();
  });

  it.each<[string, NodeCondition | undefined, readonly Error[], number]>([
    ['gives none to a node that has shown none', undefined, [doubt], 1],
    ['writes nothing to a node that is unreachable already', unreachable, [doubt], 0],
    ['does not cover a creation that failed', reachable, [doubt, new Error('quota')], 1],
    ['does not cover a creation that failed first', reachable, [new Error('quota'), doubt], 1],
  ])('%s', async (_what, condition, reasons, writes) => {
    const { clock, patches, stop } = failedRun(condition, ...reasons);
    await clock.advance(0);
    expect(patches).toHaveLength(writes);
    for (const { patch } of patches) {
      expect(patch).toMatchObject({ status: { conditions: [{ status: 'True' }] } });
    }
    await stop();
  });
});
