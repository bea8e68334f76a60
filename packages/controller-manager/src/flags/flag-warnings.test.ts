import { describe, expect, it } from '@jest/globals';
import { parseFlags } from '@k8s-ccm/component-config';
import type { Flag } from '@k8s-ccm/component-config';
import { flagWarnings } from './flag-warnings.ts';
import { managerFlags } from './manager-flags.ts';

function warningsOf(...argv: string[]) {
  const { values, given, problems } = parseFlags(managerFlags, { program: 'ccm', argv });
  expect(problems).toEqual([]);
  return flagWarnings(values, given);
}

const noRoutes = '--configure-cloud-routes=false';
const lookupFailure = 'authentication-tolerate-lookup-failure';

describe('flagWarnings', () => {
  const table = Object.entries<Flag<unknown>>(managerFlags);

  it.each(table.filter(([, flag]) => flag.noEffect !== undefined))(
    'says once why --%s changes nothing, where it is given',
    (name, flag) => {
      const argument = `--${name}=${flag.format(flag.default)}`;
      expect(warningsOf(argument, argument)).toEqual([
        { message: 'flag has no effect', fields: { flag: name, reason: flag.noEffect } },
      ]);
    },
  );

  it.each(table.filter(([, flag]) => flag.noEffect === undefined))(
    'says nothing of --%s',
    (name, flag) => {
      const others = ['--kube-api-qps=20', '--enable-leader-migration'];
      expect(warningsOf(...others, `--${name}=${flag.format(flag.default)}`)).toEqual([]);
    },
  );

  it.each([
    ['kube-api-burst', '--kube-api-burst=50', '--kube-api-qps=0'],
    ['kube-api-burst', '--kube-api-burst=50', '--kube-api-qps=-1'],
    ['leader-migration-config', '--leader-migration-config=/m', '--enable-leader-migration=false'],
    ['node-deletion-grace', '--node-deletion-grace=1m', '--node-deletion-proof=none'],
    ['node-deletion-budget', '--node-deletion-budget=3', '--node-deletion-proof=none'],
    ['leader-elect-lease-duration', '--leader-elect-lease-duration=9s', '--leader-elect=false'],
    ['leader-elect-renew-deadline', '--leader-elect-renew-deadline=9s', '--leader-elect=false'],
    ['leader-elect-retry-period', '--leader-elect-retry-period=1s', '--leader-elect=false'],
    ['leader-elect-resource-lock', '--leader-elect-resource-lock=x', '--leader-elect=false'],
    ['route-reconciliation-period', '--route-reconciliation-period=9s', noRoutes],
    ['cluster-cidr', '--cluster-cidr=10.0.0.0/8', noRoutes],
    ['cert-dir', '--cert-dir=/c', '--tls-cert-file=/c.crt'],
    [lookupFailure, `--${lookupFailure}`, '--authentication-skip-lookup'],
    ['tls-min-version', '--tls-min-version=VersionTLS13', '--secure-port=0'],
    ['client-ca-file', '--client-ca-file=/ca', '--secure-port=0'],
    ['authorization-kubeconfig', '--authorization-kubeconfig=/k', '--secure-port=0'],
    ['profiling', '--profiling', '--secure-port=0'],
  ])('says why --%s changes nothing beside another flag', (flag, ...argv) => {
    expect(warningsOf(...argv).map(({ fields }) => fields['flag'])).toEqual([flag]);
  });

  it.each([
    [
      'CloudControllerManagerWebhook=true,CloudControllerManagerWatchBasedRoutesReconciliation=false',
    ],
    ['CloudControllerManagerWebhook=true,ContextualLogging=true'],
  ])('says why a feature gate changes nothing, where it is not as always: %s', (gates) => {
    expect(warningsOf(`--feature-gates=${gates}`)).toEqual([
      {
        message: 'feature gate has no effect',
        fields: {
          flag: 'feature-gates',
          gate: 'CloudControllerManagerWebhook',
          reason: 'no webhooks are served',
        },
      },
    ]);
  });

  it.each([
    ['CloudDualStackNodeIPs=true', 'upstream has locked it to true'],
    ['LegacyNodeRoleBehavior=false', 'upstream has locked it to false'],
    ['APIListChunking=true', 'it is for features of API servers, and none is served'],
    ['WatchList=false', 'it is for features of API servers, and none is served'],
  ])('warns of a feature gate that upstream knows or knew: %s', (gate, reason) => {
    const [name] = gate.split('=');
    expect(warningsOf(`--feature-gates=${gate}`)).toEqual([
      {
        message: 'feature gate has no effect',
        fields: { flag: 'feature-gates', gate: name, reason },
      },
    ]);
  });
});
