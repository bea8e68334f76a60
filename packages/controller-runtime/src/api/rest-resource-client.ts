import type { KubernetesObject } from '@k8s-ccm/cloud-provider';
import type { ApiRequest } from './transport/api-request.ts';
import { decodeWatch } from './watch-decoder.ts';
import type {
  CreateOptions,
  DeleteOptions,
  GetOptions,
  ListOptions,
  ObjectList,
  PatchOptions,
  PatchType,
  ResourceClient,
  UpdateOptions,
  WatchOptions,
} from './resource-client.ts';
import {
  collectionPath,
  objectPath,
  type ObjectRef,
  type ResourceDefinition,
} from './resource-definition.ts';
import type { WatchEvent } from './watch-event.ts';

/** Sends requests. `KubeClient` provides it. */
export interface RequestSender {
  call(request: ApiRequest): Promise<string>;
  stream(request: ApiRequest, idleTimeoutMs: number): AsyncIterable<Uint8Array>;
}

const patchContentTypes: Readonly<Record<PatchType, string>> = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
};

/** A server sends a bookmark about once a minute, so a longer silence means that the connection is dead. */
const defaultIdleTimeoutMs = 90_000;

/** A {@link ResourceClient} over the API server's REST paths. */
export class RestResourceClient<T extends KubernetesObject> implements ResourceClient<T> {
  readonly #resource: ResourceDefinition;
  readonly #sender: RequestSender;

  constructor(resource: ResourceDefinition, sender: RequestSender) {
    this.#resource = resource;
    this.#sender = sender;
  }

  async get(ref: ObjectRef, options: GetOptions = {}): Promise<T> {
    const { resourceVersion, ...call } = options;
    return await this.#call<T>({
      ...call,
      method: 'GET',
      path: objectPath(this.#resource, ref),
      query: { resourceVersion },
    });
  }

  async list(options: ListOptions = {}): Promise<ObjectList<T>> {
    const {
      namespace,
      labelSelector,
      fieldSelector,
      limit,
      continueToken,
      resourceVersion,
      resourceVersionMatch,
      ...call
    } = options;
    const page = await this.#call<WireList<T>>({
      ...call,
      method: 'GET',
      path: collectionPath(this.#resource, namespace),
      query: {
        labelSelector,
        fieldSelector,
        limit,
        continue: continueToken,
        resourceVersion,
        resourceVersionMatch,
      },
    });
    const token = page.metadata?.continue ?? '';
    return {
      items: withKind(page),
      resourceVersion: page.metadata?.resourceVersion ?? '',
      ...(token === '' ? {} : { continueToken: token }),
    };
  }

  async create(object: T, options: CreateOptions = {}): Promise<T> {
    const { fieldManager, ...call } = options;
    return await this.#call<T>({
      ...call,
      method: 'POST',
      path: collectionPath(this.#resource, object.metadata?.namespace),
      query: { fieldManager },
      body: object,
    });
  }

  async update(object: T, options: UpdateOptions = {}): Promise<T> {
    const { subresource, fieldManager, ...call } = options;
    return await this.#call<T>({
      ...call,
      method: 'PUT',
      path: objectPath(this.#resource, refOf(object), subresource),
      query: { fieldManager },
      body: object,
      repeatable: hasPrecondition(object, ['resourceVersion']),
    });
  }

  async patch(ref: ObjectRef, patch: object, options: PatchOptions): Promise<T> {
    const { type, subresource, fieldManager, force, ...call } = options;
    return await this.#call<T>({
      ...call,
      method: 'PATCH',
      path: objectPath(this.#resource, ref, subresource),
      query: { fieldManager, force },
      body: patch,
      contentType: patchContentTypes[type],
      repeatable: isRepeatable(patch, type),
    });
  }

  async delete(ref: ObjectRef, options: DeleteOptions = {}): Promise<void> {
    const { uid, resourceVersion, propagationPolicy, ...call } = options;
    const guarded = uid !== undefined || resourceVersion !== undefined;
    await this.#sender.call({
      ...call,
      method: 'DELETE',
      path: objectPath(this.#resource, ref),
      body: {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
        ...(guarded ? { preconditions: { uid, resourceVersion } } : {}),
      },
      // With the name alone, a second DELETE could remove an object that was created in the meantime.
      repeatable: guarded,
    });
  }

  watch(options: WatchOptions = {}): AsyncIterable<WatchEvent<T>> {
    const path = collectionPath(this.#resource, options.namespace);
    const request: ApiRequest = {
      method: 'GET',
      path,
      query: {
        watch: true,
        allowWatchBookmarks: true,
        labelSelector: options.labelSelector,
        fieldSelector: options.fieldSelector,
        resourceVersion: options.resourceVersion,
        timeoutSeconds: options.timeoutSeconds,
        ...(options.sendInitialEvents === true
          ? { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' }
          : {}),
      },
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    };
    return decodeWatch<T>(
      this.#sender.stream(request, options.idleTimeoutMs ?? defaultIdleTimeoutMs),
      { path },
    );
  }

  async #call<R>(request: ApiRequest): Promise<R> {
    const decoded: R = JSON.parse(await this.#sender.call(request));
    return decoded;
  }
}

interface WireList<T> {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  /** A Go server encodes an empty list as null. */
  readonly items?: readonly T[] | null;
}

/** Items of a list lack `kind` and `apiVersion`, objects of a watch have them. A cache must not show the difference. */
function withKind<T extends KubernetesObject>({
  items,
  kind = '',
  apiVersion,
}: WireList<T>): readonly T[] {
  const itemKind = kind.replace(/List$/, '');
  if (itemKind === '' || apiVersion === undefined) return items ?? [];
  return (items ?? []).map((item) => ({ kind: itemKind, apiVersion, ...item }));
}

function refOf({ metadata }: KubernetesObject): ObjectRef {
  const { name = '', namespace } = metadata ?? {};
  return namespace === undefined ? { name } : { name, namespace };
}

/**
 * Reports whether a patch may be sent a second time although the first attempt may have been executed. A merge patch
 * states the desired values of the fields, so repeating it changes nothing, provided that it applies to the object that
 * was read: with the name alone, it could change an object that was created in the meantime.
 */
function isRepeatable(patch: object, type: PatchType): boolean {
  // Server-side apply is idempotent and creates the object if necessary.
  if (type === 'apply') return true;
  // Operations such as `add` to a list are not idempotent. They state their preconditions as tests.
  if (type === 'json') return false;
  return hasPrecondition(patch, ['uid', 'resourceVersion']);
}

/** Reports whether the server refuses the write if the object is no longer the one that was read. */
function hasPrecondition(body: object, keys: readonly string[]): boolean {
  if (!('metadata' in body)) return false;
  const { metadata } = body;
  if (typeof metadata !== 'object' || metadata === null) return false;
  return keys.some((key) => Reflect.get(metadata, key) !== undefined);
}
