import { describe, expect, it } from '@jest/globals';
import type { KubernetesObject } from '@k8s-ccm/cloud-provider';
import { IndexedStore } from './store.ts';

function thing(name: string, version: string, zones: string, uid = 'u'): KubernetesObject {
  return { metadata: { name, namespace: 'ns', uid, resourceVersion: version, labels: { zones } } };
}

function zoned(): IndexedStore<KubernetesObject> {
  return new IndexedStore({
    zone: ({ metadata }) => metadata?.labels?.['zones']?.split(',').filter(Boolean) ?? [],
  });
}

describe('IndexedStore', () => {
  it('finds objects by every value of an index, but not by values that they lost', () => {
    const store = zoned();
    const first = thing('x', '1', 'a,b');
    store.set(first);
    store.set(thing('y', '2', 'b'));
    expect(store.byIndex('zone', 'b').map(({ metadata }) => metadata?.name)).toEqual(['x', 'y']);
    expect(store.byIndex('zone', 'a')).toEqual([first]);
    store.set(thing('x', '3', 'c'));
    expect(store.byIndex('zone', 'a')).toEqual([]);
    expect(store.byIndex('zone', 'c')).toHaveLength(1);
    store.delete(thing('x', '4', ''));
    expect(store.byIndex('zone', 'c')).toEqual([]);
  });

  it('rebuilds its indexes when everything is replaced', () => {
    const store = zoned();
    store.set(thing('x', '1', 'a'));
    store.replace([thing('y', '2', 'b')]);
    expect(store.byIndex('zone', 'a')).toEqual([]);
    expect(store.byIndex('zone', 'b')).toHaveLength(1);
  });

  it('rejects an index that was not declared', () => {
    expect(() => zoned().byIndex('color', 'red')).toThrow(RangeError);
  });

  it('returns the same list until something changes, and the list is read-only', () => {
    const store = zoned();
    store.set(thing('x', '1', ''));
    const list = store.list();
    expect(store.list()).toBe(list);
    expect(Object.isFrozen(list)).toBe(true);
    store.set(thing('y', '1', ''));
    expect(list).toHaveLength(1);
    expect(store.list()).toHaveLength(2);
    expect(store.keys()).toEqual(['ns/x', 'ns/y']);
    expect(store.size).toBe(2);
  });

  it('treats an object with the same name but a different UID as changed', () => {
    const store = zoned();
    const old = thing('x', '1', '', 'first');
    const object = thing('x', '1', '', 'second');
    store.set(old);
    expect(store.replace([object])).toEqual([{ type: 'updated', old, object }]);
  });

  it('reports no deletion of an object that it never had', () => {
    expect(zoned().delete(thing('x', '1', ''))).toBeUndefined();
  });
});
