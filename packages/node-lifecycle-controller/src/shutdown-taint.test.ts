import { describe, expect, it } from '@jest/globals';
import type { Node, Taint } from '@k8s-ccm/cloud-provider';
import { ApiError } from '@k8s-ccm/controller-runtime';
import type { GetOptions } from '@k8s-ccm/controller-runtime';
import { ShutdownTaintWriter } from './shutdown-taint.ts';

const shutdown = { key: 'node.cloudprovider.kubernetes.io/shutdown', effect: 'NoSchedule' };
const other = { key: 'example.com/other', effect: 'NoExecute' };
const { signal } = new AbortController();

function nodeWith(taints: readonly Taint[], uid = 'one'): Node {
  return { metadata: { name: 'node-a', uid, resourceVersion: '7' }, spec: { taints } };
}

function refusal(status: number): ApiError {
  const path = '/api/v1/nodes/node-a';
  return new ApiError({ method: 'PATCH', path, status, reason: 'Conflict', message: 'no' });
}

/** A server that has the Node so, and refuses the first PATCHes with these codes. */
function server(stored: Node, refusals: readonly number[] = []) {
  const gets: (GetOptions | undefined)[] = [];
  const patches: unknown[] = [];
  const sleeps: number[] = [];
  const left = [...refusals];
  const wrote: Node[] = [];
  const writer = new ShutdownTaintWriter({
    nodes: {
      get: async (_ref, options) => {
        gets.push(options);
        return stored;
      },
      patch: async (ref, patch, { type }) => {
        patches.push([ref, type, patch]);
        const status = left.shift();
        if (status !== undefined) throw refusal(status);
        return stored;
      },
    },
    ownWrites: { wrote: (node) => wrote.push(node) },
    clock: {
      sleep: async (ms) => {
        sleeps.push(ms);
      },
    },
    random: { next: () => 0.5 },
  });
  return { writer, gets, patches, sleeps, wrote };
}

describe('the shutdown taint', () => {
  it('is added to the whole list, for this version of the Node', async () => {
    const { writer, patches, gets, wrote } = server(nodeWith([other]));
    expect(await writer.add(nodeWith([]), signal)).toBe(true);
    expect(gets).toEqual([{ signal, resourceVersion: '0' }]);
    const patch = { metadata: { resourceVersion: '7' }, spec: { taints: [other, shutdown] } };
    expect(patches).toEqual([[{ name: 'node-a' }, 'strategic', patch]]);
    expect(wrote).toEqual([nodeWith([other])]);
  });

  it('is removed from the whole list, which becomes null where nothing is left', async () => {
    const { writer, patches } = server(nodeWith([shutdown]));
    expect(await writer.remove(nodeWith([shutdown]), signal)).toBe(true);
    const patch = { metadata: { resourceVersion: '7' }, spec: { taints: null } };
    expect(patches).toEqual([[{ name: 'node-a' }, 'strategic', patch]]);
  });

  it('costs no call where the Node is as it should be', async () => {
    const { writer, gets } = server(nodeWith([]));
    expect(await writer.add(nodeWith([shutdown]), signal)).toBe(false);
    expect(await writer.remove(nodeWith([other]), signal)).toBe(false);
    expect(gets).toEqual([]);
  });

  it('is not written where somebody else was first', async () => {
    const { writer, patches } = server(nodeWith([shutdown]));
    expect(await writer.add(nodeWith([]), signal)).toBe(false);
    expect(patches).toEqual([]);
  });

  it('is not written to another Node of the name', async () => {
    const { writer, patches } = server(nodeWith([], 'two'));
    expect(await writer.add(nodeWith([]), signal)).toBe(false);
    expect(patches).toEqual([]);
  });

  it('is tried five times in all after conflicts, each time on the newest Node', async () => {
    const { writer, gets, patches, sleeps } = server(nodeWith([]), [409, 409, 409, 409]);
    expect(await writer.add(nodeWith([]), signal)).toBe(true);
    expect(gets.map((options) => options?.resourceVersion)).toEqual([
      '0',
      ...Array(4).fill(undefined),
    ]);
    expect([patches.length, sleeps]).toEqual([5, [150, 150, 150, 150]]);
    const stubborn = server(nodeWith([]), [409, 409, 409, 409, 409, 409]);
    await expect(stubborn.writer.add(nodeWith([]), signal)).rejects.toThrow('409');
    expect(stubborn.patches).toHaveLength(5);
  });

  it('is not tried again after another refusal', async () => {
    const { writer, patches } = server(nodeWith([]), [403]);
    await expect(writer.add(nodeWith([]), signal)).rejects.toThrow('403');
    expect(patches).toHaveLength(1);
  });
});
