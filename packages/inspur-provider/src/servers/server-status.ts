import type { Server } from '@k8s-ccm/inspur-sdk';

const stopped: ReadonlySet<string> = new Set(['stopped', 'shutoff', 'expired']);

/**
 * What a server's status means for its Node. Every status but `deleted` exists; one that is not known runs, because a
 * Node is never taken away on doubt. See inspur-api.md#ecs-status.
 */
export function serverState({ status }: Pick<Server, 'status'>): 'running' | 'stopped' | 'absent' {
  const word = status.toLowerCase();
  if (word === 'deleted') return 'absent';
  return stopped.has(word) ? 'stopped' : 'running';
}
