import { describe, expect, it } from '@jest/globals';
import type { Listener, Member } from '@k8s-ccm/inspur-emulator';
import { listenerFault } from './listener-fault.ts';

function listeners(...ids: readonly string[]): readonly Listener[] {
  return ids.map((listenerId) => ({ listenerId }) as Listener);
}

function members(...ids: readonly string[]): readonly Member[] {
  return ids.map((listenerId) => ({ listenerId }) as Member);
}

describe('listenerFault', () => {
  it.each([
    { have: { listeners: listeners(), members: members() }, want: [0, 0] as const },
    { have: { listeners: listeners('a', 'b'), members: members('a', 'b') }, want: [2, 1] as const },
  ])('finds none where all is as expected: $want', ({ have, want: [count, each] }) => {
    expect(listenerFault(have, { listeners: count, members: each })).toBeUndefined();
  });

  it('tells of listeners that remain', () => {
    const have = { listeners: listeners('a'), members: members() };
    expect(listenerFault(have, { listeners: 0, members: 0 })).toBe(
      'the cloud has 1 listeners instead of 0',
    );
  });

  it('tells of a listener without its members', () => {
    const have = { listeners: listeners('a', 'b'), members: members('a') };
    expect(listenerFault(have, { listeners: 2, members: 1 })).toBe(
      '1 listeners have other than 1 members, for example b has 0',
    );
  });
});
