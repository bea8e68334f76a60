import type { LoadBalancerStatus, Service } from '@k8s-ccm/cloud-provider';
import { ApiError } from '@k8s-ccm/controller-runtime';
import type { ResourceClient } from '@k8s-ccm/controller-runtime';
import { FakeInformer } from '@k8s-ccm/controller-runtime/testing';

type Change = { readonly type: 'put' | 'delete'; readonly object: Service };

/** A patch as the service controller sends it. */
interface Patch {
  readonly metadata: {
    readonly uid: string;
    readonly resourceVersion?: string;
    readonly finalizers?: readonly string[];
    readonly '$deleteFromPrimitiveList/finalizers'?: readonly string[];
  };
  readonly status?: { readonly loadBalancer: { readonly ingress: LoadBalancerStatus['ingress'] } };
}

/** What a patch of the controller did. */
export interface Written {
  readonly before: Service;
  readonly after: Service;
}

/** An API server for Services in memory, whose watch shows its changes when a test says so. */
export class MemoryServices {
  readonly informer = new FakeInformer<Service>();
  readonly client: Pick<ResourceClient<Service>, 'list' | 'patch'>;
  /** Called after each patch of the controller. */
  onWritten: (written: Written) => void = () => undefined;
  readonly #services = new Map<string, Service>();
  #hidden: Change[] = [];
  #version = 0;
  #uids = 0;

  constructor() {
    this.client = {
      list: async ({ fieldSelector = '' } = {}) => {
        const found = this.#services.get(fieldSelector.replace('metadata.name=', ''));
        return { items: found === undefined ? [] : [found], resourceVersion: `${this.#version}` };
      },
      patch: async ({ name }, patch) => this.#patch(name, patch as Patch),
    };
    this.informer.relist([], '0');
  }

  find(name: string): Service | undefined {
    return this.#services.get(name);
  }

  /** Creates a Service or, if there is one, replaces fields of its spec and all its annotations. */
  put(
    name: string,
    spec: NonNullable<Service['spec']>,
    annotations: Readonly<Record<string, string>>,
  ): void {
    const old = this.#services.get(name);
    if (old === undefined) this.#uids += 1;
    const uid = old?.metadata?.uid ?? `uid-${this.#uids}`;
    this.#put({
      kind: 'Service',
      ...old,
      metadata: { namespace: 'default', ...old?.metadata, name, uid, annotations },
      spec: { ...old?.spec, ...spec },
    });
  }

  setStatus(name: string, loadBalancer: LoadBalancerStatus): void {
    const service = this.#services.get(name);
    if (service !== undefined) this.#put({ ...service, status: { loadBalancer } });
  }

  /** A deletion by its user: it waits for finalizers. */
  remove(name: string): void {
    const service = this.#services.get(name);
    if (service === undefined) return;
    this.#put({
      ...service,
      metadata: { ...service.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
    });
  }

  /** Somebody takes the finalizers away. */
  strip(name: string): void {
    const service = this.#services.get(name);
    if (service === undefined) return;
    this.#put({ ...service, metadata: { ...service.metadata, finalizers: [] } });
  }

  /** A deletion that does not wait for finalizers. */
  force(name: string): void {
    this.strip(name);
    this.remove(name);
  }

  /** The watch brings the next changes. */
  deliver(count = Infinity): void {
    for (const { type, object } of this.#hidden.splice(0, count)) {
      if (type === 'put') this.informer.show(object);
      else this.informer.lose(object);
    }
  }

  /** The watch breaks, and a list brings the current state at once. */
  relist(): void {
    this.#hidden = [];
    this.informer.relist([...this.#services.values()], `${this.#version}`);
  }

  /** The state now, to be restored later. */
  backup(): () => void {
    const [services, version] = [new Map(this.#services), this.#version];
    return () => {
      this.#services.clear();
      for (const [name, service] of services) this.#services.set(name, service);
      this.#version = version;
      this.relist();
    };
  }

  #existing(name: string): Service {
    const service = this.#services.get(name);
    if (service === undefined) throw refusal(name, 404, 'NotFound');
    return service;
  }

  #patch(name: string, { metadata, status }: Patch): Service {
    const before = this.#existing(name);
    const { uid, resourceVersion, finalizers: old = [] } = before.metadata ?? {};
    const isOther = metadata.uid !== uid;
    if (isOther || (metadata.resourceVersion ?? resourceVersion) !== resourceVersion)
      throw refusal(name, 409, 'Conflict');
    const dropped = new Set(metadata['$deleteFromPrimitiveList/finalizers']);
    const added = (metadata.finalizers ?? []).filter((finalizer) => !old.includes(finalizer));
    if (added.length > 0 && before.metadata?.deletionTimestamp !== undefined)
      throw refusal(name, 422, 'Invalid');
    const finalizers = [...old.filter((finalizer) => !dropped.has(finalizer)), ...added];
    const ingress =
      status === undefined ? before.status?.loadBalancer?.ingress : status.loadBalancer.ingress;
    const after = this.#put({
      ...before,
      metadata: { ...before.metadata, finalizers },
      // As the API server: a write of the status of another type drops the load balancer.
      status: { loadBalancer: before.spec?.type === 'LoadBalancer' && ingress ? { ingress } : {} },
    });
    this.onWritten({ before, after });
    return after;
  }

  #put(service: Service): Service {
    this.#version += 1;
    const name = service.metadata?.name ?? '';
    const object = {
      ...service,
      metadata: { ...service.metadata, resourceVersion: `${this.#version}` },
    };
    const { deletionTimestamp, finalizers = [] } = object.metadata;
    const isGone = deletionTimestamp !== undefined && finalizers.length === 0;
    if (isGone) this.#services.delete(name);
    else this.#services.set(name, object);
    this.#hidden.push({ type: isGone ? 'delete' : 'put', object });
    return object;
  }
}

function refusal(name: string, status: number, reason: string): ApiError {
  const path = `/api/v1/namespaces/default/services/${name}`;
  return new ApiError({ method: 'PATCH', path, status, reason, message: reason });
}
