import { networkInterfaces } from 'node:os';
import type { Clock } from '@k8s-ccm/controller-runtime';
import { formatIp, parseIp } from '@k8s-ccm/foundation';

/** The source of all requests from this node, such as the kubelet's probes. */
export const localSource = 'local';

/** How long the addresses of this node are cached, in milliseconds. */
const refreshMs = 10_000;

/** Options of {@link ClientSources}. */
export interface ClientSourcesOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Returns the addresses of this host. Default: those of its network interfaces. */
  readonly ownAddresses?: () => readonly string[];
}

/**
 * Maps addresses of clients to sources, so that limits can apply to each source. A source is an IPv4 address or
 * an IPv6 /64 network, because a host usually has a whole one. An IPv4-mapped IPv6 address is treated as the
 * IPv4 address.
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

  /** Returns the source of a client address. The address is `undefined` if the connection has ended. */
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
