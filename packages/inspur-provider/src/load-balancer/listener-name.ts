import { ownedName, ownerId, parseOwnedName } from '@k8s-ccm/provider-kit';

const prefix = 'k8s';

/** Returns the name of a Service's listener: `k8s_<first 16 digits of the UID>_<protocol>_<port>`. */
export function listenerName(uid: string, protocol: string, port: number): string {
  return ownedName({ prefix, uid, parts: [protocol, String(port)] });
}

/**
 * Returns the first 16 digits of the UID of the Service that a listener was made for; `undefined` if the
 * name does not have exactly our form, because the listener is not ours then.
 */
export function listenerOwner(name: string): string | undefined {
  const parsed = parseOwnedName(name, { prefix });
  return parsed !== undefined && isPort(parsed.parts) ? parsed.owner : undefined;
}

/**
 * Returns the first 8 digits of the UID in a name that version 0.1 gave: `k8s_<8 digits>_<protocol>_<port>`.
 * Two Services of one account may share 8 digits, so such a name proves ownership only on an SLB that the
 * Service names or named.
 */
export function legacyListenerOwner(name: string): string | undefined {
  const [start, owner = '', ...parts] = name.split('_');
  return start === prefix && /^[0-9a-f]{8}$/.test(owner) && isPort(parts) ? owner : undefined;
}

/** Whether version 0.1 gave this name to a listener of the Service with this UID. */
export function isLegacyNameOf(name: string, uid: string): boolean {
  return legacyListenerOwner(name) === ownerId(uid).slice(0, 8);
}

/** Whether the Go cloud-provider-inspur gave this name: `listener_<nodePort>_<index>`. */
export function isGoListenerName(name: string): boolean {
  return /^listener_\d+_\d+$/.test(name);
}

function isPort([protocol = '', port = '', ...rest]: readonly string[]): boolean {
  const isNamed = /^(?:TCP|UDP|HTTP|HTTPS)$/.test(protocol) && /^[1-9]\d{0,4}$/.test(port);
  return isNamed && rest.length === 0;
}
