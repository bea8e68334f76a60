import type { AuthHeaders } from './api-server-config.ts';
import { ApiError } from './api-error.ts';

/** Headers that the server refused, and the error that says so. */
export interface RefusedIdentity {
  readonly auth: AuthHeaders;
  readonly error: unknown;
}

/** Whether an error says that the server does not know us (401). */
export function isRefusedIdentity(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}
