import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Component } from './component.ts';
import { ask } from './http-request.ts';

/** What a kube-apiserver needs. */
export interface ApiServerInput {
  readonly file: string;
  readonly folder: string;
  readonly etcdUrl: string;
  /** Where the API server writes the certificate that it makes for itself, once. */
  readonly caFile: string;
  readonly tokenFile: string;
  /** An administrator's token. */
  readonly token: string;
  readonly flags: readonly string[];
}

// They are created shortly after readyz is ok, and a test expects to find them.
const readyPaths = ['/readyz', '/api/v1/namespaces/default', '/api/v1/namespaces/kube-system'];

/** A kube-apiserver with RBAC, users by token, and no service account admission (nobody makes the accounts). */
export function apiServerComponent(input: ApiServerInput): Component {
  const { file, folder, etcdUrl, caFile, tokenFile, token, flags } = input;
  const key = join(folder, 'service-account.key');
  return {
    name: 'kube-apiserver',
    file,
    args: (port) => [
      `--etcd-servers=${etcdUrl}`,
      `--cert-dir=${dirname(caFile)}`,
      `--secure-port=${port}`,
      '--bind-address=127.0.0.1',
      '--service-cluster-ip-range=10.96.0.0/12',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${key}`,
      `--service-account-signing-key-file=${key}`,
      '--authorization-mode=RBAC',
      `--token-auth-file=${tokenFile}`,
      '--disable-admission-plugins=ServiceAccount',
      ...flags,
    ],
    isReady: async (port) => {
      const ca = await readFile(caFile, 'utf8');
      for (const path of readyPaths) {
        const { status } = await ask({ url: `https://127.0.0.1:${port}${path}`, ca, token });
        if (status !== 200) return false;
      }
      return true;
    },
  };
}
