import type { Logger } from '@k8s-ccm/cloud-provider';
import { clusterKeys, readCluster, type KubeConfigCluster } from './kube-config-cluster.ts';
import { KubeConfigError } from './kube-config-error.ts';
import type { KubeConfigRecord } from './kube-config-record.ts';
import { readUser, userKeys, type KubeConfigUser } from './kube-config-user.ts';
import { logOddities } from './parse-kube-config.ts';

/** The part of a kubeconfig that one context selects. */
export interface KubeConfigSelection {
  readonly context: string;
  readonly namespace: string | undefined;
  readonly cluster: KubeConfigCluster;
  /** Absent for a context without a user. */
  readonly user: KubeConfigUser | undefined;
}

/** Options of {@link selectContext}. */
export interface SelectContextOptions {
  /** Name of the files in errors. */
  readonly source: string;
  /** Default: the `current-context`. */
  readonly context?: string | undefined;
  readonly log: Logger;
}

/**
 * Returns what one context of kubeconfig files selects. Only that part is validated: a mistake in another user must not
 * prevent a start.
 * @param files in order of precedence
 * @throws KubeConfigError
 */
export function selectContext(
  files: readonly KubeConfigRecord[],
  options: SelectContextOptions,
): KubeConfigSelection {
  const { source, log } = options;
  const chosenBy = files.find((file) => file.text('current-context') !== undefined);
  const name = options.context ?? chosenBy?.text('current-context');
  if (name === undefined) throw new KubeConfigError(source, 'has no current-context');
  const context = entry(files, 'context', name);
  if (context === undefined) {
    const problem = missing(files, 'context', name);
    if (options.context === undefined && chosenBy !== undefined) {
      throw chosenBy.refuse('current-context', problem);
    }
    throw new KubeConfigError(source, { path: 'context', ...problem });
  }
  const cluster = referred(files, context, 'cluster');
  if (cluster === undefined) {
    throw context.refuse('cluster', { allowed: 'the name of a cluster' });
  }
  const user = referred(files, context, 'user');
  logOddities(context.unknownKeys(contextKeys), log);
  logOddities(cluster.unknownKeys(clusterKeys), log);
  logOddities(user?.unknownKeys(userKeys) ?? [], log);
  return {
    context: name,
    namespace: context.text('namespace'),
    cluster: readCluster(cluster),
    user: user && readUser(user),
  };
}

type EntryKind = 'cluster' | 'context' | 'user';

const contextKeys: readonly string[] = ['cluster', 'user', 'namespace', 'extensions'];

/** Returns the entry that a context refers to. `undefined` if the context refers to none. */
function referred(
  files: readonly KubeConfigRecord[],
  context: KubeConfigRecord,
  kind: 'cluster' | 'user',
): KubeConfigRecord | undefined {
  const name = context.text(kind);
  if (name === undefined) return undefined;
  const found = entry(files, kind, name);
  if (found === undefined) throw context.refuse(kind, missing(files, kind, name));
  return found;
}

/** Returns the entry from the first file that has one with the name. */
function entry(
  files: readonly KubeConfigRecord[],
  kind: EntryKind,
  name: string,
): KubeConfigRecord | undefined {
  for (const file of files) {
    const [found, second] = file
      .records(`${kind}s`)
      .filter((candidate) => candidate.text('name') === name);
    if (second !== undefined) {
      const repeated = `${JSON.stringify(name)} a second time`;
      throw second.refuse('name', { found: repeated, allowed: 'each name once' });
    }
    if (found !== undefined) return found.entry(kind, `${kind} ${JSON.stringify(name)}`);
  }
  return undefined;
}

function missing(
  files: readonly KubeConfigRecord[],
  kind: EntryKind,
  name: string,
): { readonly found: string; readonly allowed: string } {
  const names = files.flatMap((file) =>
    file.records(`${kind}s`).map((each) => each.text('name') ?? '""'),
  );
  const known = names.length === 0 ? 'there are none' : names.join(', ');
  return {
    found: `${JSON.stringify(name)}, which is not among the ${kind}s`,
    allowed: known,
  };
}
