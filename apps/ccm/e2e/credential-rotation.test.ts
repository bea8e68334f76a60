import { chmod, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CcmProcess } from './ccm-process.ts';
import { RecordingProxy } from './recording-proxy.ts';
import { shortLease, writeKubeconfig } from './replica.ts';
import { Sandbox } from './sandbox.ts';
import { until } from './until.ts';

const leasePath =
  '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/cloud-controller-manager';
const account = '/api/v1/namespaces/kube-system/serviceaccounts/rotating';

describe('credentials of the API server that are replaced, the old ones revoked at once', () => {
  let sandbox: Sandbox;
  let api: RecordingProxy;
  let ccm: CcmProcess;
  let serial = 0;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    await sandbox.addServer('i-node-a');
    await sandbox.addNode('node-a');
    const { kube } = sandbox;
    await kube.create('/api/v1/namespaces/kube-system/serviceaccounts', {
      metadata: { name: 'rotating' },
    });
    await kube.create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
      metadata: { name: 'rotating' },
      roleRef: {
        apiGroup: 'rbac.authorization.k8s.io',
        kind: 'ClusterRole',
        name: 'cluster-admin',
      },
      subjects: [{ kind: 'ServiceAccount', namespace: 'kube-system', name: 'rotating' }],
    });
  }, 300_000);
  afterEach(async () => {
    await ccm.stop('SIGKILL');
    await api.stop();
    await sandbox.kube.delete(leasePath);
  });
  afterAll(() => sandbox.stop(), 60_000);

  async function newToken(): Promise<string> {
    serial += 1;
    // Each differs from the others: it is good for another time.
    const spec = { expirationSeconds: 3600 + serial };
    const { status } = await sandbox.kube.create<{ readonly status: { readonly token: string } }>(
      `${account}/token`,
      { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec },
    );
    return status.token;
  }

  const leaseSpec = async (): Promise<{ readonly leaseTransitions: number }> =>
    (
      await sandbox.kube.get<{
        readonly spec: { readonly leaseTransitions: number; readonly renewTime: string };
      }>(leasePath)
    ).spec;

  async function newServiceIsServed(): Promise<void> {
    const n = (serial += 1);
    const slbId = await sandbox.addSlb({ businessIp: `10.8.0.${n}` });
    await sandbox.addService(`web-${n}`, { slbId });
    await sandbox.addresses(`web-${n}`, [`10.8.0.${n}`]);
  }

  const forms: readonly {
    readonly form: string;
    /** Writes what the kubeconfig's user needs, gives that user. */
    readonly write: (folder: string, token: string) => Promise<object>;
  }[] = [
    { form: 'a token in the kubeconfig', write: async (_folder, token) => ({ token }) },
    {
      form: 'a token file',
      write: async (folder, token) => {
        await replace(join(folder, 'token'), token);
        return { tokenFile: 'token' };
      },
    },
    {
      form: 'an exec plugin',
      write: async (folder, token) => {
        await replace(
          join(folder, 'credential.json'),
          JSON.stringify({
            apiVersion: 'client.authentication.k8s.io/v1',
            kind: 'ExecCredential',
            status: { token },
          }),
        );
        const plugin = join(folder, 'plugin.sh');
        await writeFile(plugin, `#!/bin/sh\nexec cat '${join(folder, 'credential.json')}'\n`);
        await chmod(plugin, 0o700);
        return {
          exec: { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin.sh' },
        };
      },
    },
  ];

  it.each(forms)(
    '$form: is read again on the 401, no reconcile fails, the lease is kept',
    async ({ write }) => {
      const { controlPlane } = sandbox;
      const { folder } = controlPlane;
      api = await RecordingProxy.start({ target: controlPlane.url, caFile: controlPlane.caFile });
      const kubeconfig = join(folder, 'rotating.kubeconfig');
      let token = await newToken();
      await writeKubeconfig(kubeconfig, api, await write(folder, token));
      ccm = await sandbox.startCcm({
        args: [`--kubeconfig=${kubeconfig}`, '--controllers=*,-route', ...shortLease],
      });
      await newServiceIsServed();
      const { leaseTransitions } = await leaseSpec();

      for (let round = 0; round < 2; round += 1) {
        const old = token;
        token = await newToken();
        const mark = api.requests.length;
        const user = await write(folder, token);
        await writeKubeconfig(`${kubeconfig}.new`, api, user);
        await rename(`${kubeconfig}.new`, kubeconfig);
        api.revoke(old);
        await newServiceIsServed();
        const fresh = (): readonly string[] =>
          api.requests
            .slice(mark)
            .filter(({ authorization }) => authorization === `Bearer ${token}`)
            .map(({ method, path }) => `${method} ${path}`);
        // Refused once and not over and over: all share one refresh.
        const refused = api.requests
          .slice(mark)
          .filter(({ authorization }) => authorization === `Bearer ${old}`);
        expect(refused.length).toBeGreaterThan(0);
        expect(refused.length).toBeLessThan(8);
        await until('the watches and the lease go on with the new token', () => {
          const requests = fresh();
          return (
            ['/nodes?', '/services?'].every((kind) =>
              requests.some((request) => request.includes(kind) && request.includes('watch=true')),
            ) && requests.some((request) => request === `PUT ${leasePath}`)
          );
        });
      }
      expect(complaints(ccm)).toEqual([]);
      expect((await leaseSpec()).leaseTransitions).toBe(leaseTransitions);
      expect(await ccm.stop()).toEqual({ code: 0, signal: null });
    },
    60_000,
  );
});

/** In one step, as a kubelet or an operator does it. */
async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Warnings and errors, but for the watches that the test itself has broken. */
function complaints({ output }: CcmProcess): readonly string[] {
  return output
    .split('\n')
    .filter((line) => / (WARN|ERROR) /.test(line) && !line.includes('the watch failed'));
}
