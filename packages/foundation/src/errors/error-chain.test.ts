import { describe, expect, it } from '@jest/globals';
import { errorChain, thrownErrors } from './error-chain.ts';

describe('errorChain', () => {
  it('gives an error and its causes, and comes to an end where they lead back', () => {
    const inner = new Error('inner');
    const outer = new Error('outer', { cause: inner });
    inner.cause = outer;
    expect(errorChain(outer)).toEqual([outer, inner]);
  });
});

describe('thrownErrors', () => {
  it('gives what happened first before what came of leaving, however deep', async () => {
    const thrown: unknown = await failThrice().catch((error: unknown) => error);
    expect(thrownErrors(thrown).map(String)).toEqual([
      'Error: first',
      'Error: second',
      'Error: third',
    ]);
    expect(thrownErrors('a text')).toEqual(['a text']);
  });
});

async function failThrice(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Promise.reject(new Error('third')));
  stack.defer(() => Promise.reject(new Error('second')));
  throw new Error('first');
}
