import { describe, expect, it } from '@jest/globals';
import { memberSpec } from '../testing/samples.ts';
import type { Reply } from '../testing/scripted-cloud.ts';
import { scriptedCloud } from '../testing/scripted-cloud.ts';
import { failureOf } from '../testing/vpc-cloud.ts';
import type { MemberSpec } from './member.ts';

const members: readonly MemberSpec[] = Array.from({ length: 250 }, (_, index) => ({
  ...memberSpec,
  serverId: `server-${index}`,
}));
const wire = (from: number, to: number) =>
  members.slice(from, to).map((member) => ({
    ...member,
    backendId: `b-${member.serverId}`,
    listenerId: 'listener-1',
  }));
const ok: Reply = { body: { code: '0' } };

describe('members.add', () => {
  it('reports the members that a failed call did add', async () => {
    const refused: Reply = { status: 400, body: { code: '107.103500', message: 'no' } };
    const { agent, slb } = scriptedCloud([
      ok,
      { status: 503 },
      { body: wire(0, 150) },
      refused,
      ok,
    ]);
    const { added, named, failures } = await slb.members.add('slb-1', 'listener-1', members);
    expect(added).toEqual([...members.slice(0, 150), ...members.slice(200)]);
    expect(named).toEqual(wire(100, 150));
    expect(failures).toMatchObject([
      { members: members.slice(150, 200), error: { apiCode: '107.103500' } },
    ]);
    agent.assertNoPendingInterceptors();
  });

  it("rejects with the reason of the caller's signal instead of reporting a failure", async () => {
    const stop = new AbortController();
    const { sent, slb } = scriptedCloud([ok, ok, ok], {
      onCall: ({ phase }) => {
        if (phase === 'call') stop.abort(new Error('lease lost'));
      },
    });
    const { signal } = stop;
    const error = await failureOf(slb.members.add('slb-1', 'listener-1', members, { signal }));
    expect(error).toEqual(new Error('lease lost'));
    expect(sent).toHaveLength(1);
  });
});
