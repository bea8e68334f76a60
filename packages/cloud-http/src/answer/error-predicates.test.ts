import { describe, expect, it } from '@jest/globals';
import { retryAfterOf } from './error-predicates.ts';
import { CloudApiError } from './errors.ts';

function busy(retryAfterMs?: number): CloudApiError {
  return new CloudApiError('busy', {
    operation: 'GetThing',
    method: 'GET',
    url: 'https://cloud.example/',
    outcome: 'refused',
    retryable: true,
    attempts: 1,
    status: 429,
    apiCode: '',
    requestId: '',
    bodyKind: 'json',
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

describe('retryAfterOf', () => {
  it.each<readonly [string, unknown, number | undefined]>([
    ['an error', busy(600_000), 600_000],
    ['a cause', new Error('outer', { cause: new Error('inner', { cause: busy(7000) }) }), 7000],
    ['the longest of several errors', new AggregateError([busy(1000), busy(9000), busy()]), 9000],
    ['an error without a delay', busy(), undefined],
    ['any other error', new Error('other'), undefined],
    ['no error', undefined, undefined],
  ])('reads the delay of %s', (_, error, expected) => {
    expect(retryAfterOf(error)).toBe(expected);
  });

  it('handles a cycle of causes', () => {
    const error = new Error('round');
    error.cause = new AggregateError([error, busy(5)]);
    expect(retryAfterOf(error)).toBe(5);
  });
});
