import { domainToASCII } from 'node:url';
import { cidrContains, parseCidr, ipEqual, parseIp } from '@k8s-ccm/foundation';
import type { IpAddress } from '@k8s-ccm/foundation';

/** Whom a request is for. */
interface Target {
  /** Lower case, without brackets. */
  readonly host: string;
  readonly port: string;
  /** The host, where it is an address. */
  readonly ip: IpAddress | undefined;
}

type Matcher = (target: Target) => boolean;

const everything: Matcher = () => true;
const loopbackV4 = 127n << 24n;

/**
 * Reads a list of hosts that are reached without a proxy, as Go's `httpproxy` reads `NO_PROXY`: names
 * (`example.com` with what is below it, `.example.com` and `*.example.com` only what is below it),
 * addresses, CIDRs, each but a CIDR with a port or without, and `*`. What it cannot read matches nothing.
 * This machine itself (`localhost` and loopback addresses) always matches.
 */
export function parseNoProxy(text: string): (url: URL) => boolean {
  const entries = text.split(',').map((entry) => entry.trim().toLowerCase());
  const matchers = entries.includes('*')
    ? [everything]
    : entries.map(matcherOf).filter((matcher) => matcher !== undefined);
  return (url) => {
    const target = targetOf(url);
    return isThisMachine(target) || matchers.some((matches) => matches(target));
  };
}

function matcherOf(entry: string): Matcher | undefined {
  const cidr = parseCidr(entry);
  if (cidr !== undefined) return ({ ip }) => ip !== undefined && cidrContains(cidr, ip);
  const { host, port } = splitHostPort(entry);
  if (host === '') return undefined;
  const fitsPort: Matcher = (target) => port === '' || port === target.port;
  const ip = parseIp(host);
  if (ip !== undefined) {
    return (target) => target.ip !== undefined && ipEqual(target.ip, ip) && fitsPort(target);
  }
  const name = host.startsWith('*.') ? host.slice(1) : host;
  const suffix = toAscii(name.startsWith('.') ? name : `.${name}`);
  const itself = name.startsWith('.') ? undefined : suffix.slice(1);
  return (target) =>
    target.ip === undefined &&
    (target.host.endsWith(suffix) || target.host === itself) &&
    fitsPort(target);
}

/** Go's `net.SplitHostPort`; what is not `host:port` is a host, as an IPv6 address without brackets is. */
function splitHostPort(text: string): { readonly host: string; readonly port: string } {
  const { host, v6, port } =
    /^(?:\[(?<v6>[^[\]]*)\]|(?<host>[^:[\]]*)):(?<port>[^:[\]]*)$/.exec(text)?.groups ?? {};
  return port === undefined ? { host: text, port: '' } : { host: v6 ?? host ?? '', port };
}

/** Names stand in a URL in their ASCII form. */
function toAscii(name: string): string {
  return /^[\0-\x7f]*$/.test(name) ? name : domainToASCII(name) || name;
}

function targetOf({ hostname, port, protocol }: URL): Target {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return { host, port: port || (protocol === 'https:' ? '443' : '80'), ip: parseIp(host) };
}

function isThisMachine({ host, ip }: Target): boolean {
  if (ip === undefined) return host === 'localhost';
  return ip.family === 4 ? (ip.value & (0xffn << 24n)) === loopbackV4 : ip.value === 1n;
}
