import type { Access } from '../authorization/authorizer.ts';
import type { Answer } from './endpoint.ts';

/** A `Status`, as Kubernetes' components answer what they refuse. */
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

/** For credentials that are not good, or missing where they are needed. */
export function unauthorized(): Answer {
  return statusAnswer(401, 'Unauthorized', 'Unauthorized', { 'www-authenticate': 'Bearer' });
}

/** For somebody who is known, and may not. */
export function forbidden({ user, verb, path }: Access): Answer {
  const message = `forbidden: User ${JSON.stringify(user.name)} cannot ${verb} path ${JSON.stringify(path)}`;
  return statusAnswer(403, 'Forbidden', message);
}

/** For whoever comes while too many others are waited for. */
export function tooManyRequests(): Answer {
  const headers = { 'retry-after': '1' };
  return statusAnswer(429, 'TooManyRequests', 'Too many requests, please try again later', headers);
}

/** For what failed within; why stands in the log. */
export function internalError(): Answer {
  return statusAnswer(500, 'InternalError', 'Internal error; the log says why');
}
