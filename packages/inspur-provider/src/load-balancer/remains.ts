import { errorText } from '@k8s-ccm/cloud-provider';
import { ownerId } from '@k8s-ccm/provider-kit';

import { OwnershipDoubtError } from './load-balancer-errors.ts';
import type { Observation } from './observation.ts';

/** Whether listeners of a Service may remain on SLBs that cannot be read. */
export interface Remains {
  /** Set if they may: the Service must not be forgotten. */
  readonly error?: OwnershipDoubtError;
  /** Set if nothing suggests that they do, but it is not proven. */
  readonly warning?: string;
}

/** @param except the SLB that is not asked about */
export function remainsOf(observation: Observation, uid: string, except = ''): Remains {
  const { certainty, doubt, slbs } = observation;
  const hidden = [...slbs.values()].flatMap((sighting) =>
    sighting.kind === 'hidden' && sighting.slbId !== except ? [sighting] : [],
  );
  if (certainty === 'unknown' && doubt instanceof OwnershipDoubtError) return { error: doubt };
  const [first] = hidden;
  if (first !== undefined) {
    const ids = hidden.map(({ slbId }) => slbId);
    const message = `listeners of the Service may remain on SLB ${quoted(ids)}: ${first.error.message} ${abandonAdvice}`;
    return { error: new OwnershipDoubtError(ids, message, { cause: first.error }) };
  }
  if (doubt === undefined) return {};
  if (certainty === 'assumed') {
    return {
      warning: `${errorText(doubt)} If listeners named k8s_${ownerId(uid)}_… remain there, remove them.`,
    };
  }
  const message = `cannot tell whether listeners of the Service remain on another SLB: ${doubt.message}`;
  return { error: new OwnershipDoubtError([], message, { cause: doubt }) };
}

/** The text for the user of a Service that is served, but whose former listeners remain. */
export function describeRemains(failure: Error): string {
  return failure instanceof OwnershipDoubtError
    ? failure.message
    : `listeners of the Service remain: ${failure.message}`;
}

/** Drops SLBs that cannot be read and that the user gave up. */
export function withoutAbandoned(
  observation: Observation,
  abandoned: readonly string[],
): Observation {
  if (abandoned.length === 0) return observation;
  const { certainty, doubt, ...rest } = observation;
  const slbs = new Map(
    [...observation.slbs].filter(
      ([slbId, { kind }]) => kind !== 'hidden' || !abandoned.includes(slbId),
    ),
  );
  const isGivenUp =
    doubt instanceof OwnershipDoubtError &&
    doubt.slbIds.length > 0 &&
    doubt.slbIds.every((slbId) => abandoned.includes(slbId));
  if (isGivenUp) return { ...rest, slbs, certainty: 'proven' };
  return { ...rest, slbs, certainty, ...(doubt === undefined ? {} : { doubt }) };
}

const abandonAdvice =
  'The controller retries automatically. To stop waiting, set the annotation loadbalancer.inspur.com/abandon to the ID of the SLB.';

function quoted(slbIds: readonly string[]): string {
  return slbIds.map((slbId) => `"${slbId}"`).join(', ');
}
