import type { Logger } from '@k8s-ccm/cloud-provider';
import type { EcsClient, Server, ServerFilter, SkippedServer } from '@k8s-ccm/inspur-sdk';
import type { InstanceCallOptions, InstanceListing, InstanceSource } from '@k8s-ccm/provider-kit';

import { Once } from '../once.ts';
import { describeEcsError } from './ecs-advice.ts';

/** ECS as a directory reads it. A server that cannot be read is told in the log, once per reason. */
export class ServerSource implements InstanceSource<Server> {
  readonly #ecs: Pick<EcsClient, 'listServers'>;
  readonly #log: Logger;
  readonly #told = new Once();

  constructor(ecs: Pick<EcsClient, 'listServers'>, log: Logger) {
    this.#ecs = ecs;
    this.#log = log;
  }

  idOf({ serverId }: Server): string {
    return serverId;
  }

  listByIds(
    serverIds: readonly string[],
    options: InstanceCallOptions,
  ): Promise<InstanceListing<Server>> {
    return this.#list({ serverIds }, options);
  }

  listAll(options: InstanceCallOptions): Promise<InstanceListing<Server>> {
    return this.#list({}, options);
  }

  async #list(
    filter: ServerFilter,
    { signal, urgent }: InstanceCallOptions,
  ): Promise<InstanceListing<Server>> {
    try {
      const lane = urgent ? 'node-init' : 'repair';
      const list = await this.#ecs.listServers(filter, { signal, lane });
      for (const skipped of list.skipped) this.#tell(skipped);
      return {
        items: list.servers,
        unreadable: list.skipped.map(({ serverId }) => serverId),
        complete: list.complete,
        calls: list.calls,
      };
    } catch (error) {
      throw describeEcsError(error, 'the servers of the account');
    }
  }

  #tell({ serverId, reason }: SkippedServer): void {
    if (!this.#told.isNew(`${serverId} ${reason}`)) return;
    this.#log.warn('a server is skipped: the answer of the cloud cannot be read', {
      serverId,
      reason,
    });
  }
}
