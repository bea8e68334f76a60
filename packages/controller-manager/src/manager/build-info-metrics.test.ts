import { describe, expect, it } from '@jest/globals';
import { MetricsRegistry } from '@k8s-ccm/controller-runtime';
import { showBuildInfo } from './build-info-metrics.ts';

const goArch = process.arch === 'x64' ? 'amd64' : process.arch;

describe('showBuildInfo', () => {
  it.each([
    ['1.2.3', 'major="1",minor="2",git_version="v1.2.3",git_commit="abc"'],
    ['v1.2.3-rc.1', 'major="1",minor="2",git_version="v1.2.3-rc.1",git_commit="abc"'],
    ['dev', 'major="",minor="",git_version="dev",git_commit="abc"'],
  ])('tells of the version %s as upstream does', async (version, labels) => {
    const metrics = new MetricsRegistry();
    showBuildInfo(metrics, { version, commit: 'abc' });
    const text = await metrics.render();
    const unknown = 'git_tree_state="",build_date="",go_version="",compiler=""';
    expect(text).toContain(
      `kubernetes_build_info{${labels},${unknown},platform="${process.platform}/${goArch}"} 1\n`,
    );
    expect(text).toContain(
      `ccm_build_info{version="${version}",revision="abc",node_version="${process.version}"} 1\n`,
    );
  });

  it('leaves empty what is not known', async () => {
    const metrics = new MetricsRegistry();
    showBuildInfo(metrics, { version: '1.2.3' });
    expect(await metrics.render()).toContain('ccm_build_info{version="1.2.3",revision="",');
  });
});
