import { ownName } from './listener-names.ts';
import { slbIdAnnotation } from './sandbox.ts';

/** A listener as the model expects it: everything that `ccm` decides. */
export interface ModelListener {
  readonly slbId: string;
  readonly listenerName: string;
  readonly protocol: string;
  readonly port: number;
  readonly forwardRule: string;
  readonly isHealthCheck: string;
  readonly servers: readonly string[];
}

interface ModelPort {
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
}

/** What a Service of the soak is as long as it exists. Each has ports of its own, so Services never clash. */
export interface ServiceName {
  readonly name: string;
  /** The first of up to three ports. */
  readonly firstPort: number;
}

/** What a Service of the soak looks like at the moment. */
export interface ModelService extends ServiceName {
  readonly uid: string;
  readonly type: 'LoadBalancer' | 'ClusterIP';
  readonly slbId: string;
  readonly forwardRule: 'RR' | 'WRR';
  readonly isHealthCheck: '0' | '1';
  readonly ports: readonly ModelPort[];
}

/** Random numbers that can be replayed: a linear congruential generator. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0 to `sides` - 1. */
  roll(sides: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * sides);
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.roll(items.length)] ?? items[0];
  }
}

/** A random look of a Service. */
export function rollService(
  { name, firstPort }: ServiceName,
  slbs: readonly [string, ...string[]],
  dice: Dice,
): Omit<ModelService, 'uid'> {
  return {
    name,
    firstPort,
    type: dice.roll(10) === 0 ? 'ClusterIP' : 'LoadBalancer',
    slbId: dice.pick(slbs),
    forwardRule: dice.pick(['RR', 'WRR']),
    isHealthCheck: dice.pick(['0', '1']),
    ports: Array.from({ length: 1 + dice.roll(3) }, (_, index) => ({
      port: firstPort + index,
      protocol: dice.pick(['TCP', 'UDP']),
    })),
  };
}

/** The Service's body for the API server; of a patch, what it must change. */
export function serviceBody(service: Omit<ModelService, 'uid'>): object {
  return {
    metadata: {
      name: service.name,
      annotations: {
        [slbIdAnnotation]: service.slbId,
        'loadbalancer.inspur.com/forward-rule': service.forwardRule,
        'loadbalancer.inspur.com/is-healthcheck': service.isHealthCheck,
      },
    },
    spec: {
      type: service.type,
      ports: service.ports.map(({ port, protocol }) => ({ name: `p${port}`, port, protocol })),
    },
  };
}

/** All listeners that the Services ask for. */
export function expectedListeners(
  services: Iterable<ModelService>,
  servers: readonly string[],
): readonly ModelListener[] {
  return [...services]
    .filter(({ type }) => type === 'LoadBalancer')
    .flatMap(({ uid, slbId, forwardRule, isHealthCheck, ports }) =>
      ports.map(({ port, protocol }) => ({
        slbId,
        listenerName: ownName(uid, protocol, port),
        protocol,
        port,
        forwardRule,
        isHealthCheck,
        servers,
      })),
    )
    .toSorted((a, b) => (a.listenerName < b.listenerName ? -1 : 1));
}
