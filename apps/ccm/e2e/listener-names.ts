/** Returns the name of the listener of a Service: 16 hexadecimal digits of its UID, protocol and port. */
export function ownName(uid: string, protocol: string, port: number): string {
  return `k8s_${uid.replaceAll('-', '').slice(0, 16)}_${protocol}_${port}`;
}

/** Returns the name that version 0.1 gave to the listener of a Service: 8 hexadecimal digits of its UID. */
export function nameOf01(uid: string, protocol: string, port: number): string {
  return `k8s_${uid.slice(0, 8)}_${protocol}_${port}`;
}
