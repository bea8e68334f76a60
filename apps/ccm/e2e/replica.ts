import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CcmProcess } from './ccm-process.ts';
import { RecordingProxy } from './recording-proxy.ts';
import type { ProxiedRequest } from './recording-proxy.ts';
import type { Sandbox } from './sandbox.ts';

/** A lease that is over soon, so that a test need not wait long. */
export const shortLease: readonly string[] = [
  '--leader-elect=true',
  '--leader-elect-lease-duration=3s',
  '--leader-elect-renew-deadline=2s',
  '--leader-elect-retry-period=500ms',
];

/** One `ccm` of several, with a way of its own to the API server and to the cloud, so that all that it sends is known to be its. */
export class Replica {
  readonly name: string;
  readonly ccm: CcmProcess;
  readonly api: RecordingProxy;
  readonly cloud: RecordingProxy;

  private constructor(name: string, ccm: CcmProcess, api: RecordingProxy, cloud: RecordingProxy) {
    this.name = name;
    this.ccm = ccm;
    this.api = api;
    this.cloud = cloud;
  }

  static async start(
    sandbox: Sandbox,
    name: string,
    args: readonly string[] = shortLease,
    token = sandbox.controlPlane.token,
  ): Promise<Replica> {
    const { controlPlane, emulator } = sandbox;
    const api = await RecordingProxy.start({
      target: controlPlane.url,
      caFile: controlPlane.caFile,
    });
    const cloud = await RecordingProxy.start({ target: emulator.url });
    const kubeconfig = join(controlPlane.folder, `${name}.kubeconfig`);
    await writeKubeconfig(kubeconfig, api, { token });
    const ccm = await sandbox.startCcm({
      args: [`--kubeconfig=${kubeconfig}`, ...args],
      cloudConfig: sandbox.cloudConfig().replaceAll(emulator.url, cloud.url),
    });
    return new Replica(name, ccm, api, cloud);
  }

  /** What it did that only a leader may do: all calls to the cloud, and all writes but the lease and the events. */
  get acts(): readonly ProxiedRequest[] {
    const writes = this.api.requests.filter(
      ({ method, path }) => method !== 'GET' && !/\/(leases|events)(\/|\?|$)/.test(path),
    );
    return [...this.cloud.requests, ...writes].toSorted((a, b) => a.at - b.at);
  }

  /** Ends it, however it is, and its connections. */
  async stop(): Promise<void> {
    await this.ccm.stop('SIGKILL');
    await Promise.all([this.api.stop(), this.cloud.stop()]);
  }
}

/** Writes a kubeconfig with one user. */
export async function writeKubeconfig(
  path: string,
  { url, ca }: Pick<RecordingProxy, 'url' | 'ca'>,
  user: object,
): Promise<void> {
  const authority = ca === undefined ? {} : { 'certificate-authority-data': btoa(ca) };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'e2e', cluster: { server: url, ...authority } }],
    users: [{ name: 'e2e', user }],
    contexts: [{ name: 'e2e', context: { cluster: 'e2e', user: 'e2e' } }],
    'current-context': 'e2e',
  };
  await writeFile(path, JSON.stringify(config), { mode: 0o600 });
}
