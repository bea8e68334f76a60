import { ApiConnectionError } from './api-connection-error.ts';
import { ApiError } from './api-error.ts';
import { ApiTimeoutError } from './api-timeout-error.ts';
import { findCause } from './error-facts.ts';

/** The API server's refusal anywhere in the `cause` chain of `error`. */
export function asApiError(error: unknown): ApiError | undefined {
  return findCause(error, ApiError);
}

/** The object does not exist (404). */
export function isNotFound(error: unknown): boolean {
  return asApiError(error)?.status === 404;
}

/** Somebody else changed the object first, or a precondition did not hold (409, except `AlreadyExists`). */
export function isConflict(error: unknown): boolean {
  const found = asApiError(error);
  return found?.status === 409 && found.reason !== 'AlreadyExists';
}

/** An object of that name exists already (409 `AlreadyExists`). */
export function isAlreadyExists(error: unknown): boolean {
  return asApiError(error)?.reason === 'AlreadyExists';
}

/** The identity is known but not allowed to do this (403). */
export function isForbidden(error: unknown): boolean {
  return asApiError(error)?.status === 403;
}

/** The namespace is being deleted, so nothing can be created in it (403 with cause `NamespaceTerminating`). */
export function isNamespaceTerminating(error: unknown): boolean {
  return isForbidden(error) && hasCause(error, 'NamespaceTerminating');
}

/** The credentials were not accepted, also after one refresh (401). */
export function isUnauthorized(error: unknown): boolean {
  return asApiError(error)?.status === 401;
}

/** The object's content was refused (422). */
export function isInvalid(error: unknown): boolean {
  return asApiError(error)?.status === 422;
}

/** The request itself was malformed (400). */
export function isBadRequest(error: unknown): boolean {
  return asApiError(error)?.status === 400;
}

/** The resource version or continue token is too old to be served (410, by status or by ERROR event). */
export function isExpired(error: unknown): boolean {
  const found = asApiError(error);
  return found?.status === 410 || found?.reason === 'Expired';
}

/** The server is too busy for us (429, priority and fairness). */
export function isTooManyRequests(error: unknown): boolean {
  return asApiError(error)?.status === 429;
}

/** The resource version lies in the server's future: it was restored from a backup, or its cache lags behind. */
export function isTooLargeResourceVersion(error: unknown): boolean {
  if (hasCause(error, 'ResourceVersionTooLarge')) return true;
  // Servers before 1.17 say it only in the text.
  const found = asApiError(error);
  return found?.status === 504 && found.message.includes('Too large resource version');
}

/** Time ran out, here or at the server (504, reason `Timeout` or `ServerTimeout`). */
export function isTimeout(error: unknown): boolean {
  const found = asApiError(error);
  if (found !== undefined) {
    return found.status === 504 || found.reason === 'Timeout' || found.reason === 'ServerTimeout';
  }
  return findCause(error, ApiTimeoutError) !== undefined;
}

/** The server failed or is not ready (any 5xx). */
export function isServerError(error: unknown): boolean {
  const status = asApiError(error)?.status;
  return status !== undefined && status >= 500;
}

/** No complete answer came: no connection, a reset, a cut body. */
export function isConnectionError(error: unknown): boolean {
  return findCause(error, ApiConnectionError) !== undefined;
}

/** How long the server asks to wait, in milliseconds; `undefined` where it did not say. */
export function retryAfterMsOf(error: unknown): number | undefined {
  const seconds = asApiError(error)?.retryAfterSeconds;
  return seconds === undefined ? undefined : seconds * 1000;
}

function hasCause(error: unknown, reason: string): boolean {
  return asApiError(error)?.details?.causes?.some((cause) => cause.reason === reason) ?? false;
}
