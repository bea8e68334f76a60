import type { Node } from '@k8s-ccm/cloud-provider';
import type {
  GetOptions,
  ListOptions,
  ObjectList,
  ObjectRef,
  PatchOptions,
  ResourceClient,
} from '@k8s-ccm/controller-runtime';

/** One request of the controller about a Node. */
export interface NodeCall {
  readonly kind: 'get' | 'patch' | 'patch status';
  readonly node: string;
  /** The body of a patch. */
  readonly patch?: object;
}

/** Runs before a request is sent, and may throw in its place. */
export type BeforeCall = (call: NodeCall) => Promise<void> | void;

/** A client for Nodes that records what the controller sends. */
export class RecordingNodes implements Pick<ResourceClient<Node>, 'get' | 'list' | 'patch'> {
  readonly #client: Pick<ResourceClient<Node>, 'get' | 'list' | 'patch'>;
  readonly #before: BeforeCall | undefined;
  readonly #calls: NodeCall[] = [];

  constructor(client: Pick<ResourceClient<Node>, 'get' | 'list' | 'patch'>, before?: BeforeCall) {
    this.#client = client;
    this.#before = before;
  }

  /** The requests about a Node, oldest first; those that were refused included. */
  calls(node: string): readonly NodeCall[] {
    return this.#calls.filter((call) => call.node === node);
  }

  /** The kinds of {@link calls}. */
  kinds(node: string): readonly NodeCall['kind'][] {
    return this.calls(node).map(({ kind }) => kind);
  }

  async get(ref: ObjectRef, options?: GetOptions): Promise<Node> {
    await this.#record({ kind: 'get', node: ref.name });
    return this.#client.get(ref, options);
  }

  list(options?: ListOptions): Promise<ObjectList<Node>> {
    return this.#client.list(options);
  }

  async patch(ref: ObjectRef, patch: object, options: PatchOptions): Promise<Node> {
    const kind = options.subresource === 'status' ? 'patch status' : 'patch';
    await this.#record({ kind, node: ref.name, patch });
    return this.#client.patch(ref, patch, options);
  }

  async #record(call: NodeCall): Promise<void> {
    this.#calls.push(call);
    await this.#before?.(call);
  }
}
