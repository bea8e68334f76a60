import type { Access } from '../authorization/authorizer.ts';
import type { Answer } from './endpoint.ts';

/** Returns the response for a refused request: a `Status` object, as in Kubernetes components. */
export function statusAnswer(
  code: number,
  reason: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    code,
  };
  return {
    status: code,
    contentType: 'application/json',
    headers,
    body: `${JSON.stringify(status)}\n`,
  };
}

/** Returns the response to invalid credentials, or to missing ones if they are required. */
export function unauthorized(): Answer {
  return statusAnswer(401, 'Unauthorized', 'Unauthorized', { 'www-authenticate': 'Bearer' });
}

/** Returns the response to a user that is not authorized. */
export function forbidden({ user, verb, path }: Access): Answer {
  const message = `forbidden: User ${JSON.stringify(user.name)} cannot ${verb} path ${JSON.stringify(path)}`;
  return statusAnswer(403, 'Forbidden', message);
}

/** Returns the response if too many requests are pending. */
export function tooManyRequests(): Answer {
  const headers = { 'retry-after': '1' };
  return statusAnswer(429, 'TooManyRequests', 'Too many requests, please try again later', headers);
}

/** Returns the response to an internal error. The log has the cause. */
export function internalError(): Answer {
  return statusAnswer(500, 'InternalError', 'Internal error; the log says why');
}
