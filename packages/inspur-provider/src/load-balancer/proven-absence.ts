import { isSlbNotFound } from '@k8s-ccm/inspur-sdk';
import type { CallOptions, Listener, SlbClient } from '@k8s-ccm/inspur-sdk';

// "Not found" is evidence, not truth: what is believed gone is never looked for again. So it takes
// a second answer, of another operation, that says the same.

type Looks = Pick<SlbClient, 'listListeners' | 'getLoadBalancer'>;

/**
 * The listeners of an SLB; none where there is no such SLB.
 *
 * @throws what the cloud said, where its answers contradict each other
 */
export async function listenersIfAny(
  client: Looks,
  slbId: string,
  call: CallOptions,
): Promise<readonly Listener[]> {
  try {
    return await client.listListeners(slbId, call);
  } catch (error) {
    if (isSlbNotFound(error) && (await isSlbGone(client, slbId, call))) return [];
    throw error;
  }
}

/** Whether a listener that the cloud calls not found is not listed either. */
export async function isListenerGone(
  client: Looks,
  { slbId, listenerId }: Pick<Listener, 'slbId' | 'listenerId'>,
  call: CallOptions,
): Promise<boolean> {
  const listeners = await listenersIfAny(client, slbId, call);
  return listeners.every((listener) => listener.listenerId !== listenerId);
}

async function isSlbGone(client: Looks, slbId: string, call: CallOptions): Promise<boolean> {
  try {
    await client.getLoadBalancer(slbId, call);
    return false;
  } catch (error) {
    if (isSlbNotFound(error)) return true;
    throw error;
  }
}
