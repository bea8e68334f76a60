import { describe, expect, it } from '@jest/globals';
import type { Node } from '@k8s-ccm/cloud-provider';
import { SeenNodes } from './seen-nodes.ts';

function nodeOf(name: string, resourceVersion: string): Node {
  return { metadata: { name, resourceVersion } };
}

/** Nodes with a handler, and what it heard. */
function watched() {
  const nodes = new SeenNodes();
  const heard: string[] = [];
  nodes.informer.addHandler({
    onAdd: ({ metadata }, isInInitialList) =>
      heard.push(`${metadata?.name} came${isInInitialList ? ' first' : ''}`),
    onUpdate: (old, { metadata }) =>
      heard.push(
        `${metadata?.name} changed from ${old.metadata?.resourceVersion} to ${metadata?.resourceVersion}`,
      ),
    onDelete: ({ metadata }) =>
      heard.push(`${metadata?.name} went at ${metadata?.resourceVersion}`),
  });
  return { nodes, heard };
}

describe('SeenNodes', () => {
  it('tells of nodes that are there, come, change and go', () => {
    const { nodes, heard } = watched();
    nodes.put(nodeOf('a', '1'), true);
    nodes.put(nodeOf('b', '2'));
    nodes.put(nodeOf('a', '3'));
    nodes.remove('a');
    expect(heard).toEqual(['a came first', 'b came', 'a changed from 1 to 3', 'a went at 3']);
  });

  it('tells nothing of the end of a node that is not there', () => {
    const { nodes, heard } = watched();
    nodes.remove('a');
    expect(heard).toEqual([]);
  });

  it('holds each node as it was last', () => {
    const { nodes } = watched();
    for (const version of ['1', '2']) nodes.put(nodeOf('a', version));
    nodes.put(nodeOf('b', '3'));
    nodes.remove('b');
    const { store } = nodes.informer;
    expect(store.list()).toEqual([nodeOf('a', '2')]);
    expect([store.get('a'), store.get('b'), store.keys(), store.size]).toEqual([
      nodeOf('a', '2'),
      undefined,
      ['a'],
      1,
    ]);
  });
});
