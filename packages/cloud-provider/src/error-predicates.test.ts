import { describe, expect, it } from '@jest/globals';
import { runInNewContext } from 'node:vm';
import {
  findOptionError,
  findRetryAfter,
  isImplementedElsewhere,
  isInstanceNotFound,
  isInstanceUnresolvable,
  isNotImplemented,
} from './error-predicates.ts';
import {
  ImplementedElsewhereError,
  InstanceNotFoundError,
  InstanceUnresolvableError,
  NotImplementedError,
  RetryAfterError,
} from './errors.ts';
import { OptionError } from './option-error.ts';

const around = (cause: unknown) => new Error('around', { cause });
const twice = (cause: unknown) => around(around(cause));
const among = (...errors: unknown[]) => new AggregateError(errors, 'several');
const retry = new RetryAfterError('busy', 1000);
const option = new OptionError([{ key: 'k', value: 'v', allowed: 'w' }]);

describe('predicates of the error itself', () => {
  it.each([
    ['itself', new ImplementedElsewhereError(), true],
    [
      'itself, with another text and a cause',
      new ImplementedElsewhereError('by mesh', { cause: 1 }),
      true,
    ],
    // @see docs/reference/contract.md#case-106
    ['in another error', around(new ImplementedElsewhereError()), false],

    ['another error', new NotImplementedError(), false],
    ['nothing', undefined, false],
  ])('isImplementedElsewhere: %s', (_what, error, expected) => {
    expect(isImplementedElsewhere(error)).toBe(expected);
  });

  it.each([
    ['itself', new InstanceNotFoundError(), true],
    // @see docs/reference/contract.md#case-81
    ['in another error', around(new InstanceNotFoundError()), false],

    ['among several', among(new InstanceNotFoundError()), false],
    ['the text alone', new Error('instance not found'), false],
  ])('isInstanceNotFound: %s', (_what, error, expected) => {
    expect(isInstanceNotFound(error)).toBe(expected);
  });
});

describe('predicates along the causes', () => {
  it.each([
    ['itself', new InstanceUnresolvableError('two servers'), true],
    ['deep', twice(new InstanceUnresolvableError('two servers')), true],
    ['among several failures', among(new InstanceUnresolvableError('two servers')), false],
    ['another', new InstanceNotFoundError(), false],
  ])('isInstanceUnresolvable: %s', (_what, error, expected) => {
    expect(isInstanceUnresolvable(error)).toBe(expected);
  });

  it.each([
    ['itself', new NotImplementedError(), true],
    ['deep', twice(new NotImplementedError()), true],
    ['among several failures', among(new NotImplementedError()), false],
    ['text', 'unimplemented', false],
    ['nothing', undefined, false],
  ])('isNotImplemented: %s', (_what, error, expected) => {
    expect(isNotImplemented(error)).toBe(expected);
  });

  it.each([
    ['itself', retry, retry],
    // @see docs/reference/contract.md#case-97
    ['deep', twice(retry), retry],

    ['among several failures', among(new Error('x'), around(retry)), retry],
    ['in the cause of several failures', new AggregateError([], 'x', { cause: retry }), retry],
    [
      'behind an error of another realm',
      around(runInNewContext('(cause) => new Error("x", { cause })')(retry)),
      retry,
    ],
    ['nowhere', twice(new Error('x')), undefined],
    ['null', null, undefined],
  ])('findRetryAfter: %s', (_what, error, expected) => {
    expect(findRetryAfter(error)).toBe(expected);
  });

  it('findRetryAfter takes the nearest, members before the cause', () => {
    const near = new RetryAfterError('near', 1, { cause: retry });
    expect(findRetryAfter(around(near))).toBe(near);
    const member = new RetryAfterError('member', 2);
    expect(findRetryAfter(new AggregateError([member], 'x', { cause: retry }))).toBe(member);
  });

  it('ends where errors cause each other', () => {
    const one = new Error('one');
    one.cause = new Error('other', { cause: one });
    expect(findRetryAfter(one)).toBeUndefined();
    expect(isNotImplemented(one)).toBe(false);
  });

  it('findOptionError finds the rejection of an annotation', () => {
    expect(findOptionError(twice(option))).toBe(option);
    expect(findOptionError(around(retry))).toBeUndefined();
  });
});
