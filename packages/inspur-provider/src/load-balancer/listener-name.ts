import { ownedName, parseOwnedName } from '@k8s-ccm/provider-kit';

const prefix = 'k8s';

/** The name of a Service's listener: `k8s_<first 8 of UID>_<protocol>_<port>`. */
export function listenerName(uid: string, protocol: string, port: number): string {
  return ownedName({ prefix, uid, parts: [protocol, String(port)] });
}

/**
 * The first 8 characters of the UID of the Service that a listener was made for; `undefined` where
 * the name is not exactly of our form, and the listener therefore not ours.
 */
export function listenerOwner(name: string): string | undefined {
  const [protocol = '', port = '', ...rest] = parseOwnedName(name, { prefix })?.parts ?? [];
  const ours = /^(?:TCP|UDP|HTTP|HTTPS)$/.test(protocol) && /^[1-9]\d{0,4}$/.test(port);
  return ours && rest.length === 0 ? parseOwnedName(name, { prefix })?.owner : undefined;
}

/** True for the names that the Go cloud-provider-inspur gave: `listener_<nodePort>_<index>`. */
export function isGoListenerName(name: string): boolean {
  return /^listener_\d+_\d+$/.test(name);
}
