import { networkInterfaces } from 'node:os';
import type { Clock } from '@k8s-ccm/controller-runtime';
import { formatIp, parseIp } from '@k8s-ccm/foundation';

/** The source of everything that comes from the node itself, such as the kubelet's probes. */
export const localSource = 'local';

/** How long the node's own addresses are used before they are read again, in milliseconds. */
const refreshMs = 10_000;

/** What {@link ClientSources} needs. */
export interface ClientSourcesOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Returns the addresses of this host. Default: those of its network interfaces. */
  readonly ownAddresses?: () => readonly string[];
}

/**
 * Tells where clients come from, so that one of them cannot take what is for all. A source is an IPv4 address, or an
 * IPv6 network of 64 bits, because a host has a whole one. An IPv4-mapped IPv6 address is the IPv4 address.
 */
export class ClientSources {
  readonly #clock: ClientSourcesOptions['clock'];
  readonly #ownAddresses: () => readonly string[];
  #own: ReadonlySet<string> = new Set();
  #readAt = -Infinity;

  constructor({ clock, ownAddresses = interfaceAddresses }: ClientSourcesOptions) {
    this.#clock = clock;
    this.#ownAddresses = ownAddresses;
  }

  /** The source of a client with this address; of one without an address, if its connection has ended. */
  of(address: string | undefined): string {
    const ip = address === undefined ? undefined : parseIp(withoutZone(address));
    if (ip === undefined) return 'unknown';
    const text = formatIp(ip);
    if (this.#isOwn(text)) return localSource;
    if (ip.family === 4) return text;
    const network = { family: 6, value: (ip.value >> 64n) << 64n } as const;
    return `${formatIp(network)}/64`;
  }

  #isOwn(text: string): boolean {
    const now = this.#clock.monotonic();
    if (now - this.#readAt >= refreshMs) {
      this.#readAt = now;
      const own = ['127.0.0.1', '::1', ...this.#ownAddresses()].flatMap((address) => {
        const ip = parseIp(withoutZone(address));
        return ip === undefined ? [] : [formatIp(ip)];
      });
      this.#own = new Set(own);
    }
    return this.#own.has(text);
  }
}

function withoutZone(address: string): string {
  return address.replace(/%.*/s, '');
}

function interfaceAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses.map(({ address }) => address),
  );
}
