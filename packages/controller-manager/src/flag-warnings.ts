import { ineffectiveGates } from './feature-gates.ts';
import type { Flag } from './flag.ts';
import { managerFlags } from './manager-flags.ts';
import type { ManagerFlags } from './manager-flags.ts';

/** Something about the flags that does not keep the manager from starting, for the log. */
export interface FlagWarning {
  /** Constant, so that it can be counted. */
  readonly message: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** One warning for each flag and each feature gate that was set and changes nothing, with the reason. */
export function flagWarnings(
  flags: ManagerFlags,
  given: ReadonlyMap<string, string>,
): readonly FlagWarning[] {
  const table = new Map<string, Flag<unknown>>(Object.entries(managerFlags));
  const ofFlags = [...given.keys()].flatMap((flag) => {
    const reason = table.get(flag)?.noEffect ?? idleReason(flags, flag);
    return reason === undefined
      ? []
      : [{ message: 'flag has no effect', fields: { flag, reason } }];
  });
  const ofGates = ineffectiveGates(flags['feature-gates']).map(({ gate, reason }) => ({
    message: 'feature gate has no effect',
    fields: { flag: 'feature-gates', gate, reason },
  }));
  return [...ofFlags, ...ofGates];
}

/** Why a flag changes nothing beside the other flags. */
function idleReason(flags: ManagerFlags, name: string): string | undefined {
  switch (name) {
    case 'kube-api-burst':
      return flags['kube-api-qps'] === 0 ? '--kube-api-qps=0 limits nothing' : undefined;
    case 'leader-migration-config':
      return flags['enable-leader-migration'] ? undefined : 'it needs --enable-leader-migration';
    case 'node-deletion-budget':
    case 'node-deletion-grace':
      return flags['node-deletion-proof'] === 'none' ? 'deletions need no proof' : undefined;
    default:
      return undefined;
  }
}
