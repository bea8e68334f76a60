import { describe, expect, it } from '@jest/globals';
import { ownObject } from './own-object.ts';

const lease = { name: 'cloud-controller-manager', namespace: 'kube-system' };
const pod = { POD_NAME: 'ccm-1', POD_NAMESPACE: 'cloud' };

describe('ownObject', () => {
  it.each([
    [pod, { kind: 'Pod', metadata: { name: 'ccm-1', namespace: 'cloud' } }],
    [{ ...pod, POD_UID: 'u-1' }, { metadata: { name: 'ccm-1', namespace: 'cloud', uid: 'u-1' } }],
    [{ POD_NAME: 'ccm-1' }, { kind: 'Lease', metadata: lease }],
    [
      { ...pod, POD_NAMESPACE: '' },
      { kind: 'Lease', metadata: lease },
    ],
    [{}, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: lease }],
  ])('knows itself by the environment %j', (environment, object) => {
    expect(ownObject({ environment, lease })).toMatchObject(object);
  });
});
