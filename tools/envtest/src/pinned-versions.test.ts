import { describe, expect, it } from '@jest/globals';
import { ourPinnedVersions, pinnedVersions } from './pinned-versions.ts';

describe('pinnedVersions', () => {
  it('reads the required versions, not the replaced ones', () => {
    const goMod = [
      'require (',
      '\tgo.etcd.io/etcd/server/v3 v3.6.8',
      '\tk8s.io/kubernetes v1.36.3 // indirect',
      ')',
      'replace k8s.io/api => k8s.io/api v0.36.3',
    ].join('\n');
    expect(pinnedVersions(goMod)).toEqual({ kubernetes: 'v1.36.3', etcd: 'v3.6.8' });
  });

  it('says which module is missing', () => {
    expect(() => pinnedVersions('require k8s.io/api v1')).toThrow('k8s.io/kubernetes');
  });

  it('finds the versions of the module that is built', () => {
    expect(ourPinnedVersions().kubernetes).toMatch(/^v1\.\d+\.\d+$/);
  });
});
