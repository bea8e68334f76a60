import type { KubeConfigRecord } from './kube-config-record.ts';

/** Versions of the interface between client and plugin. */
export type ExecApiVersion = (typeof execApiVersions)[number];

const execApiVersions = [
  'client.authentication.k8s.io/v1',
  'client.authentication.k8s.io/v1beta1',
] as const;

/** An exec plugin of a kubeconfig: a program that prints credentials. */
export interface ExecConfig {
  readonly apiVersion: ExecApiVersion;
  /** As in the file. */
  readonly command: string;
  /**
   * A path if the command contains a slash, relative to the folder of the kubeconfig; otherwise a name that is looked
   * up in `PATH`.
   */
  readonly program: string;
  readonly args: readonly string[];
  readonly env: readonly (readonly [name: string, value: string])[];
  /** How to install the program. Shown if the program does not work. */
  readonly installHint: string | undefined;
  /** Whether the plugin receives information about the cluster. */
  readonly provideClusterInfo: boolean;
  /** For errors about the plugin. */
  readonly record: KubeConfigRecord;
}

/** Decodes an exec plugin. @throws KubeConfigError */
export function readExecConfig(record: KubeConfigRecord): ExecConfig {
  const command = record.text('command');
  if (command === undefined) {
    throw record.refuse('command', { allowed: 'the name or the path of a program' });
  }
  checkInteractiveMode(record);
  return {
    apiVersion: readApiVersion(record),
    command,
    program: command.includes('/') ? (record.path('command') ?? command) : command,
    args: record.texts('args'),
    env: record.records('env').map((variable) => readVariable(variable)),
    installHint: record.text('installHint'),
    provideClusterInfo: record.flag('provideClusterInfo'),
    record,
  };
}

function readApiVersion(record: KubeConfigRecord): ExecApiVersion {
  const text = record.text('apiVersion');
  const known = execApiVersions.find((version) => version === text);
  if (known !== undefined) return known;
  throw record.refuse('apiVersion', {
    ...(text === undefined ? {} : { found: JSON.stringify(text) }),
    allowed: execApiVersions.join(' or '),
  });
}

function checkInteractiveMode(record: KubeConfigRecord): void {
  const mode = record.text('interactiveMode') ?? 'Never';
  if (mode === 'Never' || mode === 'IfAvailable') return;
  throw record.refuse('interactiveMode', {
    found:
      mode === 'Always' ? '"Always", which requires a user at a terminal' : JSON.stringify(mode),
    allowed: 'Never or IfAvailable',
  });
}

function readVariable(variable: KubeConfigRecord): readonly [string, string] {
  const name = variable.text('name');
  if (name === undefined) {
    throw variable.refuse('name', { allowed: 'the name of an environment variable' });
  }
  return [name, variable.text('value') ?? ''];
}
