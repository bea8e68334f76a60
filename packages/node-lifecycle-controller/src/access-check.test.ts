import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import type { Node } from '@k8s-ccm/cloud-provider';
import { AccessCheck } from './access-check.ts';

const { signal } = new AbortController();
const nodesOf = (...names: readonly string[]): readonly Node[] =>
  names.map((name) => ({ metadata: { name } }));

/** A cloud that tells of one server at a time; what it says of each Node, by name. */
function checkOf(answers: Readonly<Record<string, boolean | Error>>) {
  const asked: string[] = [];
  const check = new AccessCheck({
    log: silentLogger,
    instances: {
      exists: async ({ metadata }) => {
        const name = metadata?.name ?? '';
        asked.push(name);
        const answer = answers[name] ?? false;
        if (typeof answer !== 'boolean') throw answer;
        return answer;
      },
      isShutdown: async () => false,
      metadata: async () => undefined,
    },
  });
  return {
    asked,
    confirm: (...names: readonly string[]) => check.confirm(nodesOf(...names), { signal }),
  };
}

describe('access to the cloud account without a check of the provider', () => {
  const foreign = new Error('the provider ID belongs to another cloud');

  it('is confirmed by one Ready Node, though another one cannot be told', async () => {
    const { asked, confirm } = checkOf({ a: foreign, b: true });
    expect(await confirm('a', 'b', 'c')).toBe('confirmed');
    expect(asked).toEqual(['a', 'b']);
  });

  it('is refused if none of three Ready Nodes exists', async () => {
    const { asked, confirm } = checkOf({ a: foreign, d: true });
    expect(await confirm('a', 'b', 'c', 'd')).toBe('refused');
    expect(asked).toEqual(['a', 'b', 'c']);
  });

  it('cannot be told without a Ready Node', async () => {
    expect(await checkOf({}).confirm()).toBe('impossible');
  });
});
