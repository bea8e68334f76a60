import type { Node } from '@k8s-ccm/cloud-provider';
import type { EventHandler, Informer, Store } from '@k8s-ccm/controller-runtime';

/** Nodes in memory as an informer shows them: its handlers hear at once what a test does. */
export class SeenNodes implements Store<Node> {
  readonly #nodes = new Map<string, Node>();
  readonly #handlers: EventHandler<Node>[] = [];
  readonly informer: Pick<Informer<Node>, 'store' | 'lastVersion' | 'addHandler' | 'waitForSync'>;
  #lastVersion = '';

  constructor() {
    const lastVersion = (): string => this.#lastVersion;
    this.informer = {
      store: this,
      get lastVersion() {
        return lastVersion();
      },
      addHandler: (handler) => {
        this.#handlers.push(handler);
        return { hasSynced: true, remove: () => undefined };
      },
      waitForSync: async () => undefined,
    };
  }

  get size(): number {
    return this.#nodes.size;
  }

  get(key: string): Node | undefined {
    return this.#nodes.get(key);
  }

  list(): readonly Node[] {
    return [...this.#nodes.values()];
  }

  keys(): readonly string[] {
    return [...this.#nodes.keys()];
  }

  byIndex(): never {
    throw new RangeError('no index');
  }

  put(node: Node, isInInitialList = false): void {
    const name = node.metadata?.name ?? '';
    const old = this.#nodes.get(name);
    this.#nodes.set(name, node);
    this.#lastVersion = node.metadata?.resourceVersion ?? this.#lastVersion;
    for (const handler of this.#handlers) {
      if (old === undefined) handler.onAdd?.(node, isInInitialList);
      else handler.onUpdate?.(old, node);
    }
  }

  remove(name: string): void {
    const node = this.#nodes.get(name);
    this.#nodes.delete(name);
    for (const handler of this.#handlers) if (node !== undefined) handler.onDelete?.(node);
  }
}
