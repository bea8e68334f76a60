import type { Service } from '@k8s-ccm/cloud-provider';
import type { ResourceClient, WatchEvent } from '@k8s-ccm/controller-runtime';

/** A client of Services whose watches bring nothing while they are held. */
export class LaggingWatch {
  readonly client: ResourceClient<Service>;
  #held: PromiseWithResolvers<void> | undefined;

  constructor(client: ResourceClient<Service>) {
    this.client = {
      get: client.get.bind(client),
      list: client.list.bind(client),
      create: client.create.bind(client),
      update: client.update.bind(client),
      patch: client.patch.bind(client),
      delete: client.delete.bind(client),
      watch: (options) => this.#delayed(client.watch(options)),
    };
  }

  hold(): void {
    this.#held ??= Promise.withResolvers();
  }

  release(): void {
    this.#held?.resolve();
    this.#held = undefined;
  }

  async *#delayed(events: AsyncIterable<WatchEvent<Service>>): AsyncGenerator<WatchEvent<Service>> {
    for await (const event of events) {
      await this.#held?.promise;
      yield event;
    }
  }
}
