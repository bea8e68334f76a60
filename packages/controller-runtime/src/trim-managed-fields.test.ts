import { describe, expect, it } from '@jest/globals';
import { trimManagedFields } from './trim-managed-fields.ts';

describe('trimManagedFields', () => {
  it('drops managedFields and keeps all the rest', () => {
    const object = {
      kind: 'ConfigMap',
      metadata: { name: 'a', annotations: { x: 'y' }, managedFields: [{ manager: 'kubectl' }] },
      data: { key: 'value' },
    };
    expect(trimManagedFields(object)).toEqual({
      kind: 'ConfigMap',
      metadata: { name: 'a', annotations: { x: 'y' } },
      data: { key: 'value' },
    });
  });

  it('gives back the same object where there is nothing to drop', () => {
    const object = { metadata: { name: 'a' } };
    expect(trimManagedFields(object)).toBe(object);
  });
});
