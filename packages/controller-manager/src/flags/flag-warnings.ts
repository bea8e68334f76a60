import { ineffectiveGates, upstreamGatesIn } from '@k8s-ccm/component-config';
import type { Flag, FlagWarning } from '@k8s-ccm/component-config';
import { managerFlags } from './manager-flags.ts';
import type { ManagerFlags } from './manager-flags.ts';

/** One warning for each flag and each feature gate that was set and changes nothing, with the reason. */
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

/** What is served on the secure port, and to whom. */
const servingSections: ReadonlySet<string> = new Set([
  'debugging',
  'secure serving',
  'authentication',
  'authorization',
]);

/** Why a flag changes nothing beside the other flags. */
function idleReason(flags: ManagerFlags, name: string, section?: string): string | undefined {
  if (section !== undefined && servingSections.has(section) && name !== 'secure-port') {
    if (flags['secure-port'] === 0) return 'nothing is served with --secure-port=0';
  }
  switch (name) {
    case 'kube-api-burst':
      return flags['kube-api-qps'] <= 0
        ? `--kube-api-qps=${flags['kube-api-qps']} limits nothing`
        : undefined;
    case 'leader-elect-lease-duration':
    case 'leader-elect-renew-deadline':
    case 'leader-elect-retry-period':
    case 'leader-elect-resource-lock':
      return flags['leader-elect'] ? undefined : 'no lease is held with --leader-elect=false';
    case 'leader-migration-config':
      return flags['enable-leader-migration'] ? undefined : 'it needs --enable-leader-migration';
    case 'cluster-cidr':
    case 'route-reconciliation-period':
      return flags['configure-cloud-routes']
        ? undefined
        : 'no routes are kept with --configure-cloud-routes=false';
    case 'cert-dir':
      return flags['tls-cert-file'] === '' ? undefined : '--tls-cert-file goes before it';
    case 'authentication-tolerate-lookup-failure':
      return flags['authentication-skip-lookup']
        ? 'nothing is looked up with --authentication-skip-lookup'
        : undefined;
    case 'node-deletion-budget':
    case 'node-deletion-grace':
      return flags['node-deletion-proof'] === 'none' ? 'deletions need no proof' : undefined;
    default:
      return undefined;
  }
}
