import { describe, expect, it } from '@jest/globals';
import { ApiConnectionError } from './api-connection-error.ts';
import { apiErrorFromResponse, type ApiError } from './api-error.ts';
import * as predicates from './api-error-predicates.ts';
import { ApiTimeoutError } from './api-timeout-error.ts';

const { asApiError, retryAfterMsOf, ...questions } = predicates;

function refusal(httpStatus: number, reason?: string, causes: readonly object[] = []): ApiError {
  const body = { kind: 'Status', ...(reason === undefined ? {} : { reason }), details: { causes } };
  return apiErrorFromResponse(JSON.stringify(body), { method: 'GET', path: '/', httpStatus });
}

const timeout = new ApiTimeoutError({ method: 'GET', path: '/', timeoutMs: 1 });
const noConnection = new ApiConnectionError(
  { method: 'GET', path: '/', host: 'h', outcome: 'not-sent' },
  { cause: new AggregateError([Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })]) },
);

describe('the predicates of API server errors', () => {
  it.each<[string, Error, readonly (keyof typeof questions)[]]>([
    ['404', refusal(404), ['isNotFound']],
    ['409', refusal(409), ['isConflict']],
    ['409 AlreadyExists', refusal(409, 'AlreadyExists'), ['isAlreadyExists']],
    ['403', refusal(403), ['isForbidden']],
    [
      '403 NamespaceTerminating',
      refusal(403, 'Forbidden', [{ reason: 'NamespaceTerminating' }]),
      ['isForbidden', 'isNamespaceTerminating'],
    ],
    ['401', refusal(401), ['isUnauthorized']],
    ['400', refusal(400), ['isBadRequest']],
    ['422', refusal(422), ['isInvalid']],
    ['410', refusal(410), ['isExpired']],
    ['429', refusal(429), ['isTooManyRequests']],
    ['500', refusal(500), ['isServerError']],
    ['500 ServerTimeout', refusal(500, 'ServerTimeout'), ['isServerError', 'isTimeout']],
    ['504', refusal(504), ['isServerError', 'isTimeout']],
    [
      '504 ResourceVersionTooLarge',
      refusal(504, 'Timeout', [{ reason: 'ResourceVersionTooLarge' }]),
      ['isServerError', 'isTimeout', 'isTooLargeResourceVersion'],
    ],
    ['no answer in time', timeout, ['isTimeout']],
    ['no connection', noConnection, ['isConnectionError']],
    ['any other error', new Error('404'), []],
  ])('recognize %s, also as the cause of another error', (_, error, expected) => {
    for (const seen of [
      error,
      new Error('outer', { cause: new Error('between', { cause: error }) }),
    ]) {
      const answers = Object.entries(questions).filter(([, ask]) => ask(seen));
      expect(answers.map(([name]) => name).toSorted()).toEqual([...expected].toSorted());
    }
  });

  it('return false for values that are not errors, and for cyclic causes', () => {
    const circle = new Error('circle');
    circle.cause = circle;
    for (const value of [undefined, null, 'text', 7, {}, circle])
      expect(predicates.isNotFound(value)).toBe(false);
  });

  it('prefer the wait time in the header to that in the Status', () => {
    const body = JSON.stringify({ kind: 'Status', details: { retryAfterSeconds: 1 } });
    const call = { method: 'GET', path: '/', httpStatus: 429 };
    expect(retryAfterMsOf(apiErrorFromResponse(body, call))).toBe(1000);
    expect(retryAfterMsOf(apiErrorFromResponse(body, { ...call, retryAfterSeconds: 7 }))).toBe(
      7000,
    );
    expect(retryAfterMsOf(refusal(500))).toBeUndefined();
    expect(asApiError(new Error('x', { cause: refusal(404) }))?.path).toBe('/');
  });

  it('explain a failed connection, address by address', () => {
    expect(noConnection.message).toBe('GET /: no answer from h: refused (ECONNREFUSED)');
  });
});
