import { errorText } from '@k8s-ccm/cloud-provider';
import type { CallOptions, Listener, SlbClient } from '@k8s-ccm/inspur-sdk';
import { isListenerNotFound, isListenerPortInUse, isSlbNotFound } from '@k8s-ccm/inspur-sdk';

import { memberSpec, memberWeight } from './desired-load-balancer.ts';
import type { ListenerPlan, LoadBalancerPlan, MemberChanges } from './load-balancer-plan.ts';
import { portKey } from './load-balancer-plan.ts';
import { describeCallError, PortClashError } from './load-balancer-errors.ts';
import type { ObservedListener, ObservedMember } from './observed-load-balancer.ts';
import { isListenerGone } from './proven-absence.ts';

/** What is there now; `undefined` where an answer left it open and one has to look. */
export type ApplyResult = readonly ObservedListener[] | undefined;

/**
 * Carries out a plan. Listeners are made and changed side by side, those not wanted any more go
 * last. One step that fails does not keep the others from being done.
 *
 * @throws the failure, or an AggregateError of several
 */
export async function applyPlan(
  client: SlbClient,
  plan: LoadBalancerPlan,
  call: CallOptions,
): Promise<ApplyResult> {
  const { slbId } = plan;
  const changed = await Promise.allSettled(
    plan.listeners.map((listener) => applyListener(client, slbId, listener, call)),
  );
  call.signal?.throwIfAborted();
  const removed = await Promise.allSettled(
    plan.remove.map((listener) => removeListener(client, listener, call)),
  );
  call.signal?.throwIfAborted();
  throwFailures([...changed, ...removed]);
  const listeners = changed.flatMap((result) =>
    result.status === 'fulfilled' && result.value !== undefined ? [result.value] : [],
  );
  return listeners.length === plan.listeners.length ? listeners : undefined;
}

/** Removes a listener, its members with it. One that is gone already is a success. */
export async function removeListener(
  client: SlbClient,
  listener: Listener,
  call: CallOptions,
): Promise<void> {
  try {
    await deleteOrMiss(client, listener, call);
  } catch (error) {
    const { slbId, listenerName } = listener;
    throw describeCallError(error, `listener "${listenerName}" of SLB "${slbId}"`);
  }
}

async function deleteOrMiss(
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

/** Throws what failed: a single error as it is, several as one that holds them all. */
export function throwFailures(results: readonly PromiseSettledResult<unknown>[]): void {
  const errors = results.flatMap((result): unknown[] =>
    result.status === 'rejected' ? [result.reason] : [],
  );
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) {
    throw new AggregateError(errors, errors.map(errorText).join('\n'));
  }
}

async function applyListener(
  client: SlbClient,
  slbId: string,
  plan: ListenerPlan,
  call: CallOptions,
): Promise<ObservedListener | undefined> {
  const { desired, members } = plan;
  try {
    const listener = await settleListener(client, slbId, plan, call);
    const result = await applyMembers(client, listener, desired.memberPort, members, call);
    return result === undefined ? undefined : { listener, members: result };
  } catch (error) {
    throw describeCallError(error, `listener "${desired.spec.listenerName}" of SLB "${slbId}"`);
  }
}

async function settleListener(
  client: SlbClient,
  slbId: string,
  { desired: { spec }, action }: ListenerPlan,
  call: CallOptions,
): Promise<Listener> {
  if (action.kind === 'keep') return action.listener;
  if (action.kind === 'update') {
    return await client.updateListener(slbId, action.listener.listenerId, spec, call);
  }
  if (action.replaces !== undefined) await removeListener(client, action.replaces, call);
  try {
    return await client.createListener(slbId, spec, call);
  } catch (error) {
    if (!isListenerPortInUse(error)) throw error;
    throw await explainPortInUse(client, slbId, spec, error, call);
  }
}

/** Somebody took the port since we looked: says who. */
async function explainPortInUse(
  client: SlbClient,
  slbId: string,
  { protocol, port, listenerName }: ListenerPlan['desired']['spec'],
  error: unknown,
  call: CallOptions,
): Promise<unknown> {
  const listeners = await client.listListeners(slbId, call);
  const holder = listeners.find(
    (listener) => portKey(listener.protocol, listener.port) === portKey(protocol, port),
  );
  // Our own name is there: a late effect of an earlier try, found as ours at the next one.
  if (holder === undefined || holder.listenerName === listenerName) return error;
  return new PortClashError([{ slbId, protocol, port, holder }], { cause: error });
}

async function applyMembers(
  client: SlbClient,
  { slbId, listenerId }: Listener,
  port: number,
  { replace, add, update, remove, keep }: MemberChanges,
  call: CallOptions,
): Promise<readonly ObservedMember[] | undefined> {
  await removeMembers(client, slbId, listenerId, replace, call);
  const { named: added, failures } = await client.addMembers(
    slbId,
    listenerId,
    add.map((host) => memberSpec(host, port)),
    call,
  );
  throwFailures(failures.map(({ error }) => ({ status: 'rejected', reason: error })));
  const change = { weight: memberWeight, port };
  throwFailures(
    await Promise.allSettled(
      update.map(({ backendId }) =>
        client.updateMember(slbId, listenerId, backendId, change, call),
      ),
    ),
  );
  await removeMembers(client, slbId, listenerId, remove, call);
  // An answer that does not name the new members leaves open what their ids are.
  if (added.length !== add.length) return undefined;
  return [...keep, ...update.map((member) => ({ ...member, ...change })), ...added];
}

async function removeMembers(
  client: SlbClient,
  slbId: string,
  listenerId: string,
  members: readonly ObservedMember[],
  call: CallOptions,
): Promise<void> {
  if (members.length === 0) return;
  const backendIds = members.map(({ backendId }) => backendId);
  await client.removeMembers(slbId, listenerId, backendIds, call);
}
