import type { InstanceMetadata, Instances, NodeCallOptions } from '../instances.ts';
import type { Node } from '../kubernetes-types.ts';
import type { Perform } from './perform.ts';

/** A running server behind every Node, with the id `<provider>://<node name>`. */
export class FakeInstances implements Instances {
  readonly #providerName: string;
  readonly #perform: Perform;

  constructor(providerName: string, perform: Perform) {
    this.#providerName = providerName;
    this.#perform = perform;
  }

  exists(node: Node, { signal }: NodeCallOptions): Promise<boolean> {
    return this.#perform('instance-exists', { signal, node }, () => true);
  }

  isShutdown(node: Node, { signal }: NodeCallOptions): Promise<boolean> {
    return this.#perform('instance-shutdown', { signal, node }, () => false);
  }

  metadata(node: Node, { signal }: NodeCallOptions): Promise<InstanceMetadata | undefined> {
    return this.#perform('instance-metadata-by-provider-id', { signal, node }, () => ({
      providerID: node.spec?.providerID || `${this.#providerName}://${node.metadata?.name ?? ''}`,
    }));
  }
}
