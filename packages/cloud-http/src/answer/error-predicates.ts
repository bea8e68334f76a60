import { CloudApiError, CloudError } from './errors.ts';

/** Returns the first {@link CloudError} in the cause chain, if any. */
export function findCloudError(error: unknown): CloudError | undefined {
  return findInChain(error, (link) => link instanceof CloudError);
}

/** Returns the first {@link CloudApiError} in the cause chain, if any. */
export function findCloudApiError(error: unknown): CloudApiError | undefined {
  return findInChain(error, (link) => link instanceof CloudApiError);
}

/** Reports whether the failed call may have been carried out. If so, verify the result before you repeat the call. */
export function hasUnknownOutcome(error: unknown): boolean {
  return findCloudError(error)?.outcome === 'unknown';
}

/** Reports whether the cloud refused the call because of its rate limit (429). */
export function isRateLimited(error: unknown): boolean {
  return findCloudApiError(error)?.status === 429;
}

/**
 * Returns the milliseconds to wait before the next call, as requested by the cloud (Retry-After): the maximum over the
 * error, its causes, and the members of an `AggregateError`; `undefined` if none of them has a value. A call never
 * waits longer than its own timeout, so longer waits are left to the caller.
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
