import type { Service } from '@k8s-ccm/cloud-provider';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import { SharedInformer, systemRandom } from '@k8s-ccm/controller-runtime';
import type { Clock } from '@k8s-ccm/controller-runtime';
import type { World } from '../scenario/scenario.ts';

/** The Services as a watch shows them: when each got its first address, and when each was gone. */
export class ServiceView implements AsyncDisposable {
  readonly #clock: Clock;
  readonly #ending = new AbortController();
  readonly #withAddress = new Map<string, number>();
  readonly #gone = new Map<string, number>();
  readonly #running: Promise<void>;

  private constructor(informer: SharedInformer<Service>, { clock }: World) {
    this.#clock = clock;
    informer.addHandler({
      onAdd: (service) => this.#see(service),
      onUpdate: (_old, service) => this.#see(service),
      onDelete: (service) => this.#note(this.#gone, service),
    });
    this.#running = informer.run(this.#ending.signal);
  }

  /** Begins to watch; everything that happens from now on is seen. */
  static async open(world: World): Promise<ServiceView> {
    const { client, clock, signal } = world;
    const informer = new SharedInformer<Service>({
      name: 'services',
      client: client.services,
      trim: onlyAddress,
      clock,
      random: systemRandom,
      log: silentLogger,
    });
    await using failed = new AsyncDisposableStack();
    const view = failed.use(new ServiceView(informer, world));
    await informer.waitForSync(signal);
    failed.move();
    return view;
  }

  /** By name, when a Service was first seen with an address, epoch ms. */
  get withAddress(): ReadonlyMap<string, number> {
    return this.#withAddress;
  }

  /** By name, when a Service was seen to be gone, epoch ms. */
  get gone(): ReadonlyMap<string, number> {
    return this.#gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  #see(service: Service): void {
    if ((service.status?.loadBalancer?.ingress ?? []).length > 0) {
      this.#note(this.#withAddress, service);
    }
  }

  #note(map: Map<string, number>, { metadata }: Service): void {
    const name = metadata?.name ?? '';
    if (!map.has(name)) map.set(name, this.#clock.now());
  }
}

function onlyAddress({ apiVersion, kind, metadata, status }: Service): Service {
  const { name, namespace, uid, resourceVersion } = metadata ?? {};
  return {
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(kind === undefined ? {} : { kind }),
    metadata: {
      ...(name === undefined ? {} : { name }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    ...(status === undefined ? {} : { status }),
  };
}
