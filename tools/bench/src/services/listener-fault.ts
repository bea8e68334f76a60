import type { CloudSnapshot } from '@k8s-ccm/inspur-emulator';

/** What the cloud should hold. */
export interface ExpectedListeners {
  /** Listeners in all. */
  readonly listeners: number;
  /** Members of each of them. */
  readonly members: number;
}

/** What the cloud's listeners lack or have too much, in words; undefined where all is well. */
export function listenerFault(
  { listeners, members }: Pick<CloudSnapshot, 'listeners' | 'members'>,
  expected: ExpectedListeners,
): string | undefined {
  if (listeners.length !== expected.listeners) {
    return `the cloud has ${listeners.length} listeners instead of ${expected.listeners}`;
  }
  const counts = new Map(listeners.map(({ listenerId }) => [listenerId, 0]));
  for (const { listenerId } of members) counts.set(listenerId, (counts.get(listenerId) ?? 0) + 1);
  const wrong = [...counts].filter(([, count]) => count !== expected.members);
  const [first] = wrong;
  return first === undefined
    ? undefined
    : `${wrong.length} listeners have other than ${expected.members} members, for example ${first[0]} has ${first[1]}`;
}
