import type { CallOptions, SlbClient } from '@k8s-ccm/inspur-sdk';

import { ListenerLane } from './listener-lane.ts';
import type { LaneResult } from './listener-lane.ts';
import { portKey } from './load-balancer-plan.ts';
import type { LoadBalancerPlan, Step } from './load-balancer-plan.ts';
import type { Observation, ObservedListener, SeenSlb } from './observation.ts';
import { removeListener } from './remove-listener.ts';
import { SlbStepError } from './slb-advice.ts';

/** What a plan's steps led to. */
export interface ApplyResult {
  /** What is in the cloud now. */
  readonly observation: Observation;
  /** Failures of the listeners that the Service asks for. */
  readonly failures: readonly unknown[];
  /** Failures to remove listeners that the Service does not ask for any more. */
  readonly leftovers: readonly unknown[];
}

/**
 * Takes the steps of a plan. Listeners are changed side by side, the steps of each in order. Listeners
 * on other SLBs are removed only if everything that the Service asks for is there.
 */
export async function applyPlan(
  client: SlbClient,
  { steps, clashes }: LoadBalancerPlan,
  observation: Observation,
  call: CallOptions,
): Promise<ApplyResult> {
  const stage = (name: Step['stage']): readonly Step[] =>
    steps.filter((step) => step.stage === name);
  const groups = Map.groupBy(stage('serve'), (step) => `${step.slbId} ${step.key}`);
  const lanes = await Promise.all(
    [...groups].map(async ([key, laneSteps]) => {
      const lane = laneOf(client, laneSteps, observation, call);
      await lane.run(laneSteps);
      return [key, lane] as const;
    }),
  );
  const retired = await removeListeners(client, stage('retire'), call);
  if (retired.removed.size > 0 || lanes.some(([, { hasMadeRoom }]) => hasMadeRoom)) {
    await Promise.all(lanes.map(([, lane]) => lane.fillUp()));
  }
  const results = new Map(lanes.map(([key, lane]) => [key, lane.result()]));
  const failures = [
    ...[...results.values()].flatMap((result) => result.failures),
    ...retired.failures,
  ];
  const mayLeave = failures.length === 0 && clashes.length === 0;
  const left = mayLeave
    ? await removeListeners(client, stage('leave'), call)
    : { removed: new Set<string>(), failures: [] };
  return {
    observation: {
      ...observation,
      slbs: new Map(
        [...observation.slbs].map(([slbId, sighting]) => [
          slbId,
          sighting.kind === 'seen'
            ? nextSighting(sighting, results, new Set([...retired.removed, ...left.removed]))
            : sighting,
        ]),
      ),
    },
    failures,
    leftovers: left.failures,
  };
}

function laneOf(
  client: SlbClient,
  steps: readonly Step[],
  observation: Observation,
  call: CallOptions,
): ListenerLane {
  const [first] = steps;
  if (first === undefined) throw new Error('a listener without a step has no lane');
  const { slbId, key } = first;
  const sighting = observation.slbs.get(slbId);
  const observed =
    sighting?.kind === 'seen' ? sighting.owned.find((one) => keyOf(one) === key) : undefined;
  const target = `listener "${nameOf(first)}" of SLB "${slbId}"`;
  return new ListenerLane(client, observed === undefined ? { target } : { target, observed }, call);
}

async function removeListeners(
  client: SlbClient,
  steps: readonly Step[],
  call: CallOptions,
): Promise<{ readonly removed: ReadonlySet<string>; readonly failures: readonly unknown[] }> {
  const removed = new Set<string>();
  const failures: unknown[] = [];
  await Promise.all(
    steps.map(async (step) => {
      if (step.kind !== 'remove-listener') return;
      const { listenerId, listenerName, slbId } = step.listener;
      try {
        await removeListener(client, step.listener, call);
        removed.add(listenerId);
      } catch (error) {
        call.signal?.throwIfAborted();
        failures.push(new SlbStepError(`listener "${listenerName}" of SLB "${slbId}"`, error));
      }
    }),
  );
  return { removed, failures };
}

/** What is known of an SLB after the steps. */
function nextSighting(
  sighting: SeenSlb,
  lanes: ReadonlyMap<string, LaneResult>,
  removed: ReadonlySet<string>,
): SeenSlb {
  const { slbId } = sighting;
  const own = [...lanes].filter(([lane]) => lane.startsWith(`${slbId} `));
  const results = own.map(([, result]) => result);
  const worked = new Set(own.map(([lane]) => lane.slice(slbId.length + 1)));
  const untouched = sighting.owned.filter(
    (one) => !worked.has(keyOf(one)) && !removed.has(one.listener.listenerId),
  );
  return {
    ...sighting,
    owned: [...untouched, ...results.flatMap(({ listener }) => listener ?? [])],
    isInDoubt: results.some(({ listener }) => listener === undefined),
  };
}

function keyOf({ listener }: ObservedListener): string {
  return portKey(listener.protocol, listener.port);
}

function nameOf(step: Step): string {
  if (step.kind === 'create-listener') return step.desired.spec.listenerName;
  return 'target' in step ? step.target : step.listener.listenerName;
}
