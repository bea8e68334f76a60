import { dirname, isAbsolute, join } from 'node:path';
import type { User } from '@kubernetes/client-node';
import type { KubeConfigRecord } from './kube-config-record.ts';

/**
 * The exec plugin of a kubeconfig, in the shape that client-node runs. What client-node leaves out is added:
 * a command with a slash is relative to the kubeconfig's folder, and the plugin gets `KUBERNETES_EXEC_INFO`.
 *
 * @param file path of the kubeconfig
 */
export function execUser(exec: KubeConfigRecord, file: string): User {
  const command = exec.text('command');
  if (command === undefined) throw exec.error('command', 'is missing');
  const apiVersion = exec.text('apiVersion') ?? 'client.authentication.k8s.io/v1';
  return {
    name: 'user',
    exec: {
      apiVersion,
      command:
        command.includes('/') && !isAbsolute(command) ? join(dirname(file), command) : command,
      args: [...exec.texts('args')],
      env: [
        ...exec.records('env').map((variable) => ({
          name: variable.text('name') ?? '',
          value: variable.text('value') ?? '',
        })),
        {
          name: 'KUBERNETES_EXEC_INFO',
          value: JSON.stringify({
            apiVersion,
            kind: 'ExecCredential',
            spec: { interactive: false },
          }),
        },
      ],
    },
  };
}
