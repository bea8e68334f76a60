import { ineffectiveGates, upstreamGatesIn } from '@k8s-ccm/component-config';
import type { Flag, FlagWarning } from '@k8s-ccm/component-config';
import { managerFlags } from './manager-flags.ts';
import type { ManagerFlags } from './manager-flags.ts';

/** Returns a warning for each flag and feature gate that is set but has no effect, with the reason. */
export function flagWarnings(
  flags: ManagerFlags,
  given: ReadonlyMap<string, string>,
): readonly FlagWarning[] {
  const table = new Map<string, Flag<unknown>>(Object.entries(managerFlags));
  const ofFlags = [...given.keys()].flatMap((flag) => {
    const { noEffect, section } = table.get(flag) ?? {};
    const reason = noEffect ?? idleReason(flags, flag, section);
    return reason === undefined
      ? []
      : [{ message: 'flag has no effect', fields: { flag, reason } }];
  });
  const ofGates = [
    ...ineffectiveGates(flags['feature-gates']),
    ...upstreamGatesIn(given.get('feature-gates') ?? ''),
  ].map(({ gate, reason }) => ({
    message: 'feature gate has no effect',
    fields: { flag: 'feature-gates', gate, reason },
  }));
  return [...ofFlags, ...ofGates];
}

/** The sections of flags that only matter if HTTPS is served. */
const servingSections: ReadonlySet<string> = new Set([
  'debugging',
  'secure serving',
  'authentication',
  'authorization',
]);

/** Returns why a flag has no effect given the other flags, or `undefined`. */
function idleReason(flags: ManagerFlags, name: string, section?: string): string | undefined {
  if (section !== undefined && servingSections.has(section) && name !== 'secure-port') {
    if (flags['secure-port'] === 0) return 'HTTPS is not served with --secure-port=0';
  }
  switch (name) {
    case 'kube-api-burst':
      return flags['kube-api-qps'] <= 0
        ? `--kube-api-qps=${flags['kube-api-qps']} disables the limit`
        : undefined;
    case 'leader-elect-lease-duration':
    case 'leader-elect-renew-deadline':
    case 'leader-elect-retry-period':
    case 'leader-elect-resource-lock':
      return flags['leader-elect']
        ? undefined
        : 'leader election is disabled with --leader-elect=false';
    case 'leader-migration-config':
      return flags['enable-leader-migration'] ? undefined : 'it requires --enable-leader-migration';
    case 'cluster-cidr':
    case 'route-reconciliation-period':
      return flags['configure-cloud-routes']
        ? undefined
        : 'routes are not managed with --configure-cloud-routes=false';
    case 'cert-dir':
      return flags['tls-cert-file'] === '' ? undefined : '--tls-cert-file takes precedence';
    case 'authentication-tolerate-lookup-failure':
      return flags['authentication-skip-lookup']
        ? 'nothing is looked up with --authentication-skip-lookup'
        : undefined;
    case 'node-deletion-budget':
    case 'node-deletion-grace':
      return flags['node-deletion-proof'] === 'none'
        ? 'deletions require no proof with --node-deletion-proof=none'
        : undefined;
    default:
      return undefined;
  }
}
