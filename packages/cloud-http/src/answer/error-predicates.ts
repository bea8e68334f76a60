import { CloudApiError, CloudError } from './errors.ts';

/** The first error of a cloud call in the chain of causes, if there is one. */
export function findCloudError(error: unknown): CloudError | undefined {
  return findInChain(error, (link) => link instanceof CloudError);
}

/** The first {@link CloudApiError} in the chain of causes, if there is one. */
export function findCloudApiError(error: unknown): CloudApiError | undefined {
  return findInChain(error, (link) => link instanceof CloudApiError);
}

/** Whether the failed call may have been carried out all the same, so that one must look before repeating it. */
export function hasUnknownOutcome(error: unknown): boolean {
  return findCloudError(error)?.outcome === 'unknown';
}

/** Whether the cloud asked for fewer calls (429). */
export function isRateLimited(error: unknown): boolean {
  return findCloudApiError(error)?.status === 429;
}

/**
 * Milliseconds that the cloud asks to wait before the next call (Retry-After): the longest that the error, its causes or
 * the members of an `AggregateError` say; `undefined` if none does. A call waits no longer than its own time limit, so a
 * longer wait is left to the caller.
 */
export function retryAfterOf(error: unknown): number | undefined {
  const waits: number[] = [];
  const seen = new Set<unknown>();
  const visit = (link: unknown): void => {
    if (typeof link !== 'object' || link === null || seen.has(link)) return;
    seen.add(link);
    if (link instanceof CloudApiError && link.retryAfterMs !== undefined) {
      waits.push(link.retryAfterMs);
    }
    if ('errors' in link && Array.isArray(link.errors)) link.errors.forEach(visit);
    if ('cause' in link) visit(link.cause);
  };
  visit(error);
  return waits.length === 0 ? undefined : Math.max(...waits);
}

function findInChain<T>(error: unknown, matches: (link: unknown) => link is T): T | undefined {
  const seen = new Set<unknown>();
  let link = error;
  while (typeof link === 'object' && link !== null && !seen.has(link)) {
    if (matches(link)) return link;
    seen.add(link);
    link = 'cause' in link ? link.cause : undefined;
  }
  return undefined;
}
