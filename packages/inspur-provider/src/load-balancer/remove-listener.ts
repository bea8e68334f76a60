import type { CallOptions, Listener, SlbClient } from '@k8s-ccm/inspur-sdk';
import { isListenerNotFound, isSlbNotFound } from '@k8s-ccm/inspur-sdk';

import { isListenerGone } from './proven-absence.ts';

/** Removes a listener and its members. A listener that is gone already is a success. */
export async function removeListener(
  client: SlbClient,
  listener: Listener,
  call: CallOptions,
): Promise<void> {
  try {
    await client.deleteListener(listener.slbId, listener.listenerId, call);
  } catch (error) {
    const notFound = isListenerNotFound(error) || isSlbNotFound(error);
    if (!notFound || !(await isListenerGone(client, listener, call))) throw error;
  }
}
