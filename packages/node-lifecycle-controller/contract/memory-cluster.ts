import type { Node, Taint } from '@k8s-ccm/cloud-provider';
import { SeenNodes } from '@k8s-ccm/contract-testing';
import { ApiError } from '@k8s-ccm/controller-runtime';
import type { Clock } from '@k8s-ccm/controller-runtime';
import type { NodeLifecycleControllerOptions } from '@k8s-ccm/node-lifecycle-controller';

/** What becomes of one DELETE. */
export type DeleteFate =
  | 'done'
  /** Refused: nothing happens. */
  | 'refused'
  /** Done, yet no answer comes. */
  | 'lost'
  /** Done half a minute later. */
  | 'late';

/** What happened to one Node of the cluster by a DELETE. */
export interface Deletion {
  readonly name: string;
  readonly uid: string;
  /** On the monotonic clock. */
  readonly at: number;
}

/** Nodes in memory, seen by the controller with a lag, on a clock that a test moves. */
export class MemoryCluster {
  readonly client: NodeLifecycleControllerOptions['nodes'];
  /** The fate of the next DELETE; default `done`. */
  fate: () => DeleteFate = () => 'done';
  /** Refuses the next PATCHes, so many of them. */
  refusedPatches = 0;
  /** Whether what comes now was there before the controller began. */
  isInitial = true;
  /** How late the controller sees changes, in milliseconds. */
  lagMs = 0;
  /** Called as a Node goes by a DELETE. */
  onDeleted: (deletion: Deletion) => void = () => undefined;
  readonly #clock: Clock;
  readonly #nodes = new Map<string, Node>();
  readonly #seen = new SeenNodes();
  #version = 0;
  #uids = 0;
  #shownUntil = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.client = {
      get: async ({ name }) => this.#get(name, 'GET'),
      list: async ({ fieldSelector = '' } = {}) => {
        const found = this.#nodes.get(fieldSelector.replace('metadata.name=', ''));
        return { items: found === undefined ? [] : [found], resourceVersion: `${this.#version}` };
      },
      patch: async ({ name }, patch) => this.#patch(name, patch),
      delete: async ({ name }, options) => this.#delete(name, options?.uid),
    };
  }

  get informer(): NodeLifecycleControllerOptions['nodeInformer'] {
    return this.#seen.informer;
  }

  get nodes(): readonly Node[] {
    return [...this.#nodes.values()];
  }

  find(name: string): Node | undefined {
    return this.#nodes.get(name);
  }

  /** A Node that is not Ready, created now. Gives its UID. */
  create(name: string, metadata: NonNullable<Node['metadata']> = {}): string {
    this.#uids += 1;
    const uid = `uid-${this.#uids}`;
    const created = `${new Date(this.#clock.now()).toISOString().slice(0, 19)}Z`;
    const creationTimestamp = created;
    this.#put({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { creationTimestamp, ...metadata, name, uid },
      spec: {},
      status: { conditions: [{ type: 'Ready', status: 'False' }] },
    });
    return uid;
  }

  setReady(name: string, status: 'True' | 'False'): void {
    const node = this.#nodes.get(name);
    if (node === undefined) return;
    this.#put({ ...node, status: { conditions: [{ type: 'Ready', status }] } });
  }

  taint(name: string, taints: readonly Taint[]): void {
    const node = this.#nodes.get(name);
    if (node !== undefined) this.#put({ ...node, spec: { ...node.spec, taints } });
  }

  /** Sets an annotation. */
  annotate(name: string, key: string, value: string): void {
    const node = this.#nodes.get(name);
    if (node === undefined) return;
    this.#put({ ...node, metadata: { ...node.metadata, annotations: { [key]: value } } });
  }

  /** A deletion by somebody else. */
  remove(name: string): void {
    const node = this.#nodes.get(name);
    if (node === undefined) return;
    this.#nodes.delete(name);
    this.#show(() => {
      if (this.#seen.get(name)?.metadata?.uid !== node.metadata?.uid) return;
      this.#seen.remove(name);
    });
  }

  #get(name: string, method: string): Node {
    const node = this.#nodes.get(name);
    if (node === undefined) throw refusal(method, name, 404, 'NotFound');
    return node;
  }

  #patch(name: string, patch: object): Node {
    const node = this.#get(name, 'PATCH');
    if (this.refusedPatches > 0) {
      this.refusedPatches -= 1;
      throw refusal('PATCH', name, 403, 'Forbidden');
    }
    const { metadata, spec } = patch as Node;
    if (metadata?.resourceVersion !== node.metadata?.resourceVersion) {
      throw refusal('PATCH', name, 409, 'Conflict');
    }
    return this.#put({ ...node, spec: { ...node.spec, ...spec } });
  }

  async #delete(name: string, uid: string | undefined): Promise<void> {
    const fate = this.fate();
    if (fate === 'refused') throw refusal('DELETE', name, 403, 'Forbidden');
    if (fate === 'late') await this.#clock.sleep(30_000);
    const node = this.#get(name, 'DELETE');
    if (node.metadata?.uid !== uid) throw refusal('DELETE', name, 409, 'Conflict');
    this.onDeleted({ name, uid: uid ?? '', at: this.#clock.monotonic() });
    this.remove(name);
    if (fate === 'lost') throw new Error('connection reset');
  }

  #put(node: Node): Node {
    this.#version += 1;
    const name = node.metadata?.name ?? '';
    const resourceVersion = String(this.#version);
    const next = { ...node, metadata: { ...node.metadata, resourceVersion } };
    this.#nodes.set(name, next);
    const { isInitial } = this;
    this.#show(() => this.#seen.put(next, isInitial));
    return next;
  }

  #show(change: () => void): void {
    const now = this.#clock.monotonic();
    // A watch never shows a later change before an earlier one.
    this.#shownUntil = Math.max(this.#shownUntil, now + this.lagMs);
    if (this.#shownUntil === now) change();
    else this.#clock.timer(this.#shownUntil - now, change);
  }
}

function refusal(method: string, name: string, status: number, reason: string): ApiError {
  const path = `/api/v1/nodes/${name}`;
  return new ApiError({ method, path, status, reason, message: 'refused by the test' });
}
