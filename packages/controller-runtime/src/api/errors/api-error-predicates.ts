import { ApiConnectionError } from './api-connection-error.ts';
import { ApiError } from './api-error.ts';
import { ApiTimeoutError } from './api-timeout-error.ts';
import { findCause } from './error-facts.ts';

/** Returns the first `ApiError` in the cause chain of `error`. */
export function asApiError(error: unknown): ApiError | undefined {
  return findCause(error, ApiError);
}

/** Reports whether the object does not exist (404). */
export function isNotFound(error: unknown): boolean {
  return asApiError(error)?.status === 404;
}

/** Reports whether another client changed the object first, or a precondition failed (409, except `AlreadyExists`). */
export function isConflict(error: unknown): boolean {
  const found = asApiError(error);
  return found?.status === 409 && found.reason !== 'AlreadyExists';
}

/** Reports whether an object with that name already exists (409 `AlreadyExists`). */
export function isAlreadyExists(error: unknown): boolean {
  return asApiError(error)?.reason === 'AlreadyExists';
}

/** Reports whether the client is authenticated but not authorized for the request (403). */
export function isForbidden(error: unknown): boolean {
  return asApiError(error)?.status === 403;
}

/**
 * Reports whether the namespace is being deleted, so that nothing can be created in it (403 with cause
 * `NamespaceTerminating`).
 */
export function isNamespaceTerminating(error: unknown): boolean {
  return isForbidden(error) && hasCause(error, 'NamespaceTerminating');
}

/** Reports whether the server did not accept the credentials, even after one refresh (401). */
export function isUnauthorized(error: unknown): boolean {
  return asApiError(error)?.status === 401;
}

/** Reports whether the content of the object is invalid (422). */
export function isInvalid(error: unknown): boolean {
  return asApiError(error)?.status === 422;
}

/** Reports whether the request itself is malformed (400). */
export function isBadRequest(error: unknown): boolean {
  return asApiError(error)?.status === 400;
}

/** Reports whether the resource version or continue token has expired (410, by status or by ERROR event). */
export function isExpired(error: unknown): boolean {
  const found = asApiError(error);
  return found?.status === 410 || found?.reason === 'Expired';
}

/** Reports whether the server rejects the request because of too many requests (429, API Priority and Fairness). */
export function isTooManyRequests(error: unknown): boolean {
  return asApiError(error)?.status === 429;
}

/**
 * Reports whether the resource version lies in the server's future: the server was restored from a backup, or its cache
 * lags behind.
 */
export function isTooLargeResourceVersion(error: unknown): boolean {
  if (hasCause(error, 'ResourceVersionTooLarge')) return true;
  // Servers before 1.17 report it only in the message.
  const found = asApiError(error);
  return found?.status === 504 && found.message.includes('Too large resource version');
}

/** Reports whether the request timed out, on the client or on the server (504, reason `Timeout` or `ServerTimeout`). */
export function isTimeout(error: unknown): boolean {
  const found = asApiError(error);
  if (found !== undefined) {
    return found.status === 504 || found.reason === 'Timeout' || found.reason === 'ServerTimeout';
  }
  return findCause(error, ApiTimeoutError) !== undefined;
}

/** Reports whether the server failed or is not ready (any 5xx). */
export function isServerError(error: unknown): boolean {
  const status = asApiError(error)?.status;
  return status !== undefined && status >= 500;
}

/**
 * Reports whether no complete answer arrived: the connection failed, was reset, or closed before the end of the body.
 */
export function isConnectionError(error: unknown): boolean {
  return findCause(error, ApiConnectionError) !== undefined;
}

/** Returns how long the server asks the client to wait, in milliseconds. `undefined` if the server did not say. */
export function retryAfterMsOf(error: unknown): number | undefined {
  const seconds = asApiError(error)?.retryAfterSeconds;
  return seconds === undefined ? undefined : seconds * 1000;
}

function hasCause(error: unknown, reason: string): boolean {
  return asApiError(error)?.details?.causes?.some((cause) => cause.reason === reason) ?? false;
}
