import { describe, expect, it } from '@jest/globals';
import type { Node } from '@k8s-ccm/cloud-provider';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import type { Look } from './agreement.ts';
import { Suspects } from './suspects.ts';

const absent: Look = {
  server: 'absent',
  complete: true,
  readAt: 0,
  startedAt: Date.UTC(2026, 0, 2),
  witness: 'shown',
};

function nodeOf(uid: string): Node {
  return {
    kind: 'Node',
    metadata: { name: 'node-a', uid, creationTimestamp: '2026-01-01T00:00:00Z' },
  };
}

describe('the memory of suspects', () => {
  it('is of one Node, not of its name', () => {
    const suspects = new Suspects(new FakeClock());
    suspects.looked(nodeOf('old'), absent);
    suspects.looked(nodeOf('old'), absent);
    expect(suspects.get(nodeOf('old'))?.agreement?.all.rounds).toBe(2);
    expect(suspects.get(nodeOf('new'))).toBeUndefined();
    suspects.looked(nodeOf('new'), absent);
    expect(suspects.get(nodeOf('new'))?.agreement?.all.rounds).toBe(1);
    suspects.forget('node-a');
    expect(suspects.get(nodeOf('new'))).toBeUndefined();
  });

  it('tells a new decision from the one before', () => {
    const suspects = new Suspects(new FakeClock());
    const node = nodeOf('one');
    suspects.looked(node, absent);
    const grown = { action: 'keep', why: 'new-node' } as const;
    const blocked = { action: 'quarantine', why: 'budget' } as const;
    const news = [grown, grown, blocked, blocked, grown].map((decision) => {
      suspects.looked(node, absent);
      return suspects.isNews(node, decision);
    });
    expect(news).toEqual([true, false, true, false, true]);
  });

  it('repeats an event every five minutes, each reason by itself', async () => {
    const clock = new FakeClock();
    const suspects = new Suspects(clock);
    const node = nodeOf('one');
    suspects.looked(node, absent);
    expect(suspects.isEventDue(node, 'budget')).toBe(true);
    await clock.advance(299_999);
    suspects.looked(node, { ...absent, server: 'running' });
    expect(suspects.isEventDue(node, 'budget')).toBe(false);
    expect(suspects.isEventDue(node, 'access')).toBe(true);
    await clock.advance(1);
    expect(suspects.isEventDue(node, 'budget')).toBe(true);
  });
});
