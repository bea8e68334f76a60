import { ProcessMetricName } from '@k8s-ccm/cloud-provider';
import type { BuildInfo } from '@k8s-ccm/component-config';
import type { MetricsRegistry } from '@k8s-ccm/controller-runtime';

/** Go's names of the platforms of Node.js, if they differ. */
const goNames: ReadonlyMap<string, string> = new Map([
  ['x64', 'amd64'],
  ['ia32', '386'],
  ['ppc64', 'ppc64le'],
  ['win32', 'windows'],
]);

/** Registers the metrics with build information: upstream's and our own. */
export function showBuildInfo(
  metrics: MetricsRegistry,
  { version, commit = '' }: Omit<BuildInfo, 'program'>,
): void {
  const [, major = '', minor = ''] = /^v?(\d+)\.(\d+)\./.exec(version) ?? [];
  const platform = `${goName(process.platform)}/${goName(process.arch)}`;
  metrics
    .gauge({
      name: ProcessMetricName.KubernetesBuildInfo,
      help: "A metric with a constant '1' value labeled by major, minor, git version, git commit, git tree state, build date, Go version, and compiler from which Kubernetes was built, and platform on which it is running.",
      labels: [
        'major',
        'minor',
        'git_version',
        'git_commit',
        'git_tree_state',
        'build_date',
        'go_version',
        'compiler',
        'platform',
      ],
      stability: 'ALPHA',
    })
    .set(1, {
      major,
      minor,
      git_version: major === '' ? version : `v${version.replace(/^v/, '')}`,
      git_commit: commit,
      git_tree_state: '',
      build_date: '',
      go_version: '',
      compiler: '',
      platform,
    });
  metrics
    .gauge({
      name: ProcessMetricName.BuildInfo,
      help: 'Always 1, labeled by the version and commit of this process and the version of Node.js',
      labels: ['version', 'revision', 'node_version'],
    })
    .set(1, { version, revision: commit, node_version: process.version });
}

function goName(name: string): string {
  return goNames.get(name) ?? name;
}
