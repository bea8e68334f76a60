import type { Logger } from '@k8s-ccm/cloud-provider';
import type { Clock, EcsClient, Server } from '@k8s-ccm/inspur-sdk';
import { InstanceDirectory } from '@k8s-ccm/provider-kit';

import { ServerSource } from './server-source.ts';

/** What a {@link serverDirectory} works with. */
export interface ServerDirectoryOptions {
  readonly ecs: Pick<EcsClient, 'listServers'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Ends what is shared by several who ask. */
  readonly signal: AbortSignal;
}

/** The servers of the account. One for all parts of a provider, so that they share its calls. */
export function serverDirectory(options: ServerDirectoryOptions): InstanceDirectory<Server> {
  const { clock, ecs, log, signal } = options;
  return new InstanceDirectory({ source: new ServerSource(ecs, log), clock, signal });
}
