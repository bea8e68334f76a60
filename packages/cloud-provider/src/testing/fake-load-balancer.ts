import type { LoadBalancerStatus, Node, Service } from '../kubernetes-types.ts';
import { defaultLoadBalancerName } from '../load-balancer-name.ts';
import type {
  LoadBalancer,
  PlannedStep,
  ServiceCallOptions,
  ServiceInput,
} from '../load-balancer.ts';
import type { FakeArguments } from './fake-call.ts';
import type { Perform } from './perform.ts';

/** The optional members of a `FakeLoadBalancer`. One that is not given is absent. */
export interface FakeLoadBalancerOptions {
  readonly claims?: (service: Service) => boolean;
  readonly hostKey?: (node: Node) => string;
}

/** Load balancers in memory, each with an address of the documentation range 203.0.113.0/24. */
export class FakeLoadBalancer implements LoadBalancer {
  readonly #perform: Perform;
  readonly #statuses = new Map<string, LoadBalancerStatus>();
  #created = 0;
  readonly claims?: (service: Service) => boolean;
  readonly hostKey?: (node: Node) => string;

  constructor(perform: Perform, { claims, hostKey }: FakeLoadBalancerOptions = {}) {
    this.#perform = perform;
    if (claims !== undefined) this.claims = claims;
    if (hostKey !== undefined) this.hostKey = hostKey;
  }

  /** What exists now, by the Service's UID. */
  get statuses(): ReadonlyMap<string, LoadBalancerStatus> {
    return this.#statuses;
  }

  /** Puts a load balancer there without a call, as if it had been made before. */
  seed(service: Service, status: LoadBalancerStatus): void {
    this.#statuses.set(keyOf(service), status);
  }

  get(
    input: Omit<ServiceInput, 'nodes' | 'endpointSlices'>,
    options: ServiceCallOptions,
  ): Promise<LoadBalancerStatus | undefined> {
    return this.#perform('get', given(input, options), () =>
      this.#statuses.get(keyOf(input.service)),
    );
  }

  getName(_clusterName: string, service: Service): string {
    return defaultLoadBalancerName(service);
  }

  // Nothing keeps a provider that is not type-checked from giving nothing, and a test may ask for
  // that: so the implementation may, while callers see the contract.
  ensure(input: ServiceInput, options: ServiceCallOptions): Promise<LoadBalancerStatus>;
  ensure(
    input: ServiceInput,
    options: ServiceCallOptions,
  ): Promise<LoadBalancerStatus | undefined> {
    return this.#perform('create', given(input, options), () => this.#create(input.service));
  }

  update(input: ServiceInput, options: ServiceCallOptions): Promise<void> {
    return this.#perform('update', given(input, options), () => undefined);
  }

  ensureDeleted(
    input: Omit<ServiceInput, 'nodes' | 'endpointSlices'>,
    options: ServiceCallOptions,
  ): Promise<void> {
    return this.#perform('delete', given(input, options), () => {
      this.#statuses.delete(keyOf(input.service));
    });
  }

  plan(input: ServiceInput, options: ServiceCallOptions): Promise<readonly PlannedStep[]> {
    return this.#perform('plan', given(input, options), () =>
      this.#statuses.has(keyOf(input.service))
        ? []
        : [
            {
              operation: 'create',
              target: defaultLoadBalancerName(input.service),
              detail: 'a new load balancer',
            },
          ],
    );
  }

  #create(service: Service): LoadBalancerStatus {
    const key = keyOf(service);
    const existing = this.#statuses.get(key);
    if (existing !== undefined) return existing;
    this.#created += 1;
    const status = { ingress: [{ ip: `203.0.113.${this.#created}` }] };
    this.#statuses.set(key, status);
    return status;
  }
}

function given(
  input: Omit<ServiceInput, 'nodes'> & Partial<Pick<ServiceInput, 'nodes'>>,
  { signal, report }: ServiceCallOptions,
): FakeArguments {
  const { clusterName, service, nodes } = input;
  return { signal, report, clusterName, service, ...(nodes === undefined ? {} : { nodes }) };
}

function keyOf({ metadata }: Service): string {
  return metadata?.uid ?? `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
}
