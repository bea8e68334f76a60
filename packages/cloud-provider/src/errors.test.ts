import { describe, expect, it } from '@jest/globals';
import * as ours from './errors.ts';

/** The same module once more, as a second installed copy of the package would be. */
async function secondCopy(): Promise<typeof ours> {
  const specifier = './errors.ts?copy=2';
  const copy: typeof ours = await import(specifier);
  return copy;
}

describe('error classes', () => {
  it.each([
    [new ours.InstanceNotFoundError(), 'INSTANCE_NOT_FOUND', 'instance not found'],
    [new ours.InstanceUnresolvableError('two'), 'INSTANCE_UNRESOLVABLE', 'two'],
    [new ours.NodePendingError('not yet'), 'NODE_PENDING', 'not yet'],
    [new ours.RouteDoubtError('garbage'), 'ROUTE_DOUBT', 'garbage'],
    [new ours.DiskNotFoundError(), 'DISK_NOT_FOUND', 'disk is not found'],
    [new ours.NotImplementedError(), 'NOT_IMPLEMENTED', 'unimplemented'],
    [
      new ours.ImplementedElsewhereError(),
      'IMPLEMENTED_ELSEWHERE',
      'implemented by alternate to cloud provider',
    ],
    [new ours.RetryAfterError('busy', 42_000), 'RETRY_AFTER', 'busy'],
  ])('%s has its code and text', (error, code, message) => {
    expect(error).toBeInstanceOf(ours.CloudProviderError);
    expect(error).toBeInstanceOf(Error);
    expect({ name: error.name, code: error.code, message: error.message }).toEqual({
      name: error.constructor.name,
      code,
      message,
    });
  });

  it('keeps a cause and a time to wait', () => {
    const cause = new Error('429');
    const error = new ours.RetryAfterError('busy', 42_000, { cause });
    expect(error.cause).toBe(cause);
    expect(error.retryAfterMs).toBe(42_000);
  });
});

describe('instanceof', () => {
  it('holds across two copies of the package', async () => {
    const theirs = await secondCopy();
    expect(theirs.RetryAfterError).not.toBe(ours.RetryAfterError);
    const error = new theirs.RetryAfterError('busy', 1);
    expect(error instanceof ours.RetryAfterError).toBe(true);
    expect(error instanceof ours.CloudProviderError).toBe(true);
    expect(error instanceof ours.NotImplementedError).toBe(false);
  });

  it('tells the classes apart', () => {
    const error: Error = new ours.NotImplementedError();
    expect(error instanceof ours.InstanceNotFoundError).toBe(false);
    expect(error instanceof ours.ImplementedElsewhereError).toBe(false);
  });

  it('is the ordinary one for a subclass made elsewhere', () => {
    class QuotaError extends ours.RetryAfterError {}
    const plain: Error = new ours.RetryAfterError('busy', 1);
    expect(plain instanceof QuotaError).toBe(false);
    expect(new QuotaError('busy', 1)).toBeInstanceOf(QuotaError);
    expect(new QuotaError('busy', 1)).toBeInstanceOf(ours.RetryAfterError);
  });

  it.each([undefined, null, 'RETRY_AFTER', 1, {}, new Error('busy')])(
    'is false for %p',
    (value) => {
      expect(value instanceof ours.RetryAfterError).toBe(false);
    },
  );

  it('leaves no mark that a printed error shows', () => {
    expect(Object.getOwnPropertySymbols(new ours.NotImplementedError())).toEqual([]);
  });
});
