import type { Event, Node, Service } from '@k8s-ccm/cloud-provider';
import type { KubeClient } from '@k8s-ccm/controller-runtime';
import { LinkedAbort } from '@k8s-ccm/foundation';
import { exampleNode, exampleService } from './example.ts';

/** What the story is told with. */
export interface StoryOptions {
  readonly client: KubeClient;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Applies two Nodes and the example Service and tells what happens to the Service, until it has
 * its addresses. Gives the addresses.
 */
export async function tellStory(options: StoryOptions): Promise<readonly string[]> {
  const { client, say, signal } = options;
  await addNode(client, exampleNode('worker-1', '192.168.0.11'), signal);
  await addNode(client, exampleNode('worker-2', '192.168.0.12'), signal);
  say('applied the Nodes worker-1 and worker-2');

  const ending = new LinkedAbort(signal);
  const events = tellEvents(client, say, ending.signal);
  const service = await client.services.create(exampleService(), { signal });
  say(`applied the Service ${service.metadata?.name}; its events:`);
  try {
    return await addressesOf(client, service, signal);
  } finally {
    ending.abort();
    await events;
  }
}

async function addNode(client: KubeClient, node: Node, signal: AbortSignal): Promise<void> {
  await client.nodes.create(node, { signal });
  await client.nodes.patch(
    { name: node.metadata?.name ?? '' },
    { status: node.status },
    { type: 'merge', subresource: 'status', signal },
  );
}

async function tellEvents(
  client: KubeClient,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const selection = { namespace: 'default', fieldSelector: 'involvedObject.kind=Service' };
  try {
    for await (const event of client.events.watch({ ...selection, signal })) {
      if (event.type === 'ADDED') say(`  ${describeEvent(event.object)}`);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function describeEvent({ type, reason, message }: Event): string {
  return `${type} ${reason}: ${message}`;
}

async function addressesOf(
  client: KubeClient,
  service: Service,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { name = '', namespace = '' } = service.metadata ?? {};
  const selection = { namespace, fieldSelector: `metadata.name=${name}` };
  for await (const event of client.services.watch({ ...selection, signal })) {
    if (event.type === 'BOOKMARK') continue;
    const addresses = (event.object.status?.loadBalancer?.ingress ?? []).map(({ ip = '' }) => ip);
    if (addresses.length > 0) return addresses;
  }
  throw new Error(`the watch of the Service ${name} ended before it had an address`);
}
