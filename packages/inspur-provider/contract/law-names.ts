import type { CloudSnapshot, Listener } from '@k8s-ccm/inspur-emulator';

/** Whether a listener carries the name that the Service with this UID gives. */
export function carriesName(uid: string, { listenerName }: Listener): boolean {
  const owner = uid.replaceAll('-', '').slice(0, 16);
  return new RegExp(`^k8s_${owner}_(?:TCP|UDP|HTTP|HTTPS)_[1-9]\\d{0,4}$`).test(listenerName);
}

/** Whether a listener carries the name that version 0.1 gave for the Service with this UID. */
export function carriesOldName(uid: string, { listenerName }: Listener): boolean {
  const owner = uid.slice(0, 8);
  return new RegExp(`^k8s_${owner}_(?:TCP|UDP|HTTP|HTTPS)_[1-9]\\d{0,4}$`).test(listenerName);
}

/**
 * Everything that is not the Service's, as text. `named`: the SLBs on which a name of version 0.1 may be
 * the Service's.
 */
export function strangersIn(
  uid: string,
  { listeners, members, slbs, ...rest }: CloudSnapshot,
  named: ReadonlySet<string>,
): string {
  const kept = listeners.filter(
    (one) => !carriesName(uid, one) && !(named.has(one.slbId) && carriesOldName(uid, one)),
  );
  const ids = new Set(kept.map(({ listenerId }) => listenerId));
  return JSON.stringify([
    kept,
    members.filter(({ listenerId }) => ids.has(listenerId)),
    slbs.map((slb) => ({ ...slb, listenerCount: 0 })),
    rest,
  ]);
}
