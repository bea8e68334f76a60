import { OwnershipDoubtError } from './load-balancer-errors.ts';
import type { Observation } from './observation.ts';

/**
 * Why listeners of a Service may remain on SLBs that cannot be read, so that the Service must not be
 * forgotten; `undefined` if it is proven that none remain.
 *
 * @param except the SLB that is not asked about
 */
export function remainsOf(
  { doubt, slbs }: Observation,
  except = '',
): OwnershipDoubtError | undefined {
  if (doubt instanceof OwnershipDoubtError) return doubt;
  const hidden = [...slbs.values()].flatMap((sighting) =>
    sighting.kind === 'hidden' && sighting.slbId !== except ? [sighting] : [],
  );
  const [first] = hidden;
  if (first !== undefined) {
    const ids = hidden.map(({ slbId }) => slbId);
    const message = `listeners of the Service may remain on SLB ${quoted(ids)}: ${first.error.message} ${abandonAdvice}`;
    return new OwnershipDoubtError(ids, message, { cause: first.error });
  }
  if (doubt === undefined) return undefined;
  const message = `cannot tell whether listeners of the Service remain on another SLB: ${doubt.message}`;
  return new OwnershipDoubtError([], message, { cause: doubt });
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
