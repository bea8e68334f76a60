import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@k8s-ccm/envtest';
import { CcmProcess } from './ccm-process.ts';
import { ForwardProxy } from './forward-proxy.ts';
import { readHttps } from './https-read.ts';
import { Sandbox } from './sandbox.ts';
import { until } from './until.ts';

const apiServer = 'kubernetes.default.svc:6443';
const cloud = 'cloud.example:80';

describe('ccm where only a proxy knows the way', () => {
  let sandbox: Sandbox;
  let proxy: ForwardProxy;
  let folder: string;
  let files: readonly string[];

  /** Who asks, as the proxy knows it. */
  const environment = (user: string): NodeJS.ProcessEnv => ({
    ...process.env,
    HTTPS_PROXY: `http://${user}@${proxy.address}`,
    HTTP_PROXY: `${user}@${proxy.address}`,
  });

  const start = (env: NodeJS.ProcessEnv, args: readonly string[] = ['--secure-port=0', '--v=4']) =>
    new CcmProcess(['--cloud-provider=inspur', '--leader-elect=false', ...files, ...args], env);

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    const { controlPlane, emulator } = sandbox;
    folder = await mkdtemp(join(tmpdir(), 'ccm-proxy-'));
    proxy = await ForwardProxy.start({
      hosts: { [apiServer]: new URL(controlPlane.url), [cloud]: new URL(emulator.url) },
      credentials: 'joe:pa ss',
    });
    const cloudConfig = join(folder, 'cloud-config.json');
    const kubeconfig = join(folder, 'kubeconfig.json');
    files = [`--cloud-config=${cloudConfig}`, `--kubeconfig=${kubeconfig}`];
    await writeFile(
      cloudConfig,
      sandbox.cloudConfig().replaceAll(emulator.url, 'http://cloud.example'),
    );
    const cluster = {
      server: `https://${apiServer}`,
      'certificate-authority': controlPlane.caFile,
    };
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'e2e', cluster }],
      users: [{ name: 'e2e', user: { token: controlPlane.token } }],
      contexts: [{ name: 'e2e', context: { cluster: 'e2e', user: 'e2e' } }],
      'current-context': 'e2e',
    };
    await writeFile(kubeconfig, JSON.stringify(config));
  }, 300_000);

  afterAll(async () => {
    await Promise.all([sandbox.stop(), proxy.stop()]);
    await rm(folder, { recursive: true });
  }, 60_000);

  it('reaches the API server and the cloud through it, and asks by it who may be served', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.9.1' });
    const port = await freePort();
    const [, kubeconfig = ''] = (files[1] ?? '').split('=');
    await using ccm = start(environment('joe:pa%20ss'), [
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--authentication-kubeconfig=${kubeconfig}`,
      `--authorization-kubeconfig=${kubeconfig}`,
    ]);
    await sandbox.addService('by-proxy', { slbId });
    await sandbox.addresses('by-proxy', ['10.0.9.1']);
    await until('the metrics are shown to who may see them', async () => {
      const { status } = await readHttps(port, '/metrics', sandbox.controlPlane.token);
      return status === 200;
    });
    expect(await ccm.stop()).toEqual({ code: 0, signal: null });
    expect(new Set(proxy.asked)).toEqual(
      new Set([`CONNECT ${apiServer}`, `GET ${cloud}`, `POST ${cloud}`]),
    );
    expect(ccm.output).not.toMatch(/pa(%20| )ss/);
  });

  it('names the proxy and why, and no password, where the proxy refuses', async () => {
    await using ccm = start(environment('joe:secret'));
    const refusal = `proxy ${proxy.address} does not connect to ${apiServer}: status 407`;
    await until('the refusal is logged', () => ccm.output.includes(refusal));
    await ccm.stop('SIGKILL');
    expect(ccm.output).not.toContain('secret');
  });

  it('goes past the proxy where NO_PROXY says so', async () => {
    const before = proxy.asked.length;
    await using ccm = start({ ...environment('joe:pa%20ss'), NO_PROXY: '.svc,cloud.example' });
    await until('the name is looked up', () => /ENOTFOUND|EAI_AGAIN/.test(ccm.output));
    await ccm.stop('SIGKILL');
    expect(proxy.asked.slice(before)).toEqual([]);
  });

  it('refuses to start with a proxy that it cannot use, in one line', async () => {
    await using ccm = start(
      { ...process.env, HTTPS_PROXY: 'socks5://joe:secret@proxy.example' },
      [],
    );
    expect(await ccm.exited).toEqual({ code: 1, signal: null });
    expect(ccm.output).toMatch(
      /^ccm: HTTPS_PROXY: found "socks5:\/\/\[redacted\]@proxy\.example"; allowed: [^\n]*\n$/,
    );
  });
});
