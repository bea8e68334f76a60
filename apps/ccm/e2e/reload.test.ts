import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@k8s-ccm/envtest';
import { defaultAccount } from '@k8s-ccm/inspur-emulator';
import type { CcmProcess } from './ccm-process.ts';
import type { ServiceEvent } from './cluster-objects.ts';
import { readHttps } from './https-read.ts';
import { monotonicMs } from './monotonic-ms.ts';
import { MountedFolder } from './mounted-folder.ts';
import { Sandbox } from './sandbox.ts';
import { until } from './until.ts';

const second = {
  ...defaultAccount,
  accessKey: { id: 'AKSECOND', secret: 'second-secret-key' },
  keycloak: { ...defaultAccount.keycloak, clientId: 'second' },
  token: 'second-static-token',
};
const wrongSecret = 'not-the-secret-key';

describe('a cloud-config that changes while ccm runs', () => {
  let sandbox: Sandbox;
  let ccm: CcmProcess;
  /** Everything that was ever written. */
  let output = '';

  beforeAll(async () => {
    sandbox = await Sandbox.start({}, { accounts: [defaultAccount, second] });
    await sandbox.addNode('node-a');
  }, 300_000);
  afterEach(async () => {
    await ccm.stop();
    output += ccm.output;
  });
  afterAll(() => sandbox.stop(), 60_000);

  /** A cloud-config that names the file of its secret. */
  function withSecretIn(folder: () => MountedFolder, id: string): string {
    return sandbox.cloudConfig({ accessKey: { id, secretFile: folder().pathOf('secret') } });
  }

  async function start(folder: MountedFolder, ...args: readonly string[]): Promise<void> {
    ccm = await sandbox.startCcm({
      args: [`--cloud-config=${folder.pathOf('cloud-config')}`, '--v=10', ...args],
    });
  }

  /** Waits for an event on the manager's own object that `fits`. */
  function ownEvent(reason: string, text: string): Promise<ServiceEvent> {
    return until(`the manager has the event ${reason} with "${text}"`, async () => {
      const { items } = await sandbox.kube.get<{ items: readonly ServiceEvent[] }>(
        '/api/v1/namespaces/kube-system/events?fieldSelector=involvedObject.kind%3DLease',
      );
      return items.find((event) => event.reason === reason && event.message.includes(text));
    });
  }

  it('lets credentials be rotated, key and secret at once, without a restart', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.7.1' });
    await using folder = await MountedFolder.create({ 'cloud-config': '', secret: '' });
    const { accessKey } = defaultAccount;
    await folder.swap({
      'cloud-config': withSecretIn(() => folder, accessKey.id),
      secret: accessKey.secret,
    });
    await start(folder);
    await sandbox.addService('before', { slbId, ports: [{ port: 80 }] });
    await sandbox.addresses('before', ['10.0.7.1']);

    await folder.swap({
      'cloud-config': withSecretIn(() => folder, second.accessKey.id),
      secret: second.accessKey.secret,
    });
    await sandbox.untilLogged(ccm, 'reloaded the cloud configuration');
    await sandbox.untilLogged(ccm, 'another account or place', 'AKEMULATOR -> AKSECOND');
    await ownEvent('CloudConfigReloaded', 'credentials.id');
    const mark = await sandbox.mark();
    await sandbox.addService('after', { slbId, ports: [{ port: 81 }] });
    await sandbox.addresses('after', ['10.0.7.1']);
    await sandbox.listening(slbId, ['TCP/80', 'TCP/81']);
    const { calls } = await sandbox.cloud.calls(mark);
    expect(new Set(calls.map(({ credential }) => credential))).toEqual(
      new Set(['accessKey:AKSECOND']),
    );
    expect(calls.map(({ status }) => status)).not.toContain(401);
  });

  it('helps Services at once that a wrong secret has kept waiting', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.7.2' });
    await using folder = await MountedFolder.create({ 'cloud-config': '', secret: '' });
    const config = withSecretIn(() => folder, defaultAccount.accessKey.id);
    await folder.swap({ 'cloud-config': config, secret: wrongSecret });
    await start(folder);
    await sandbox.addService('waiting', { slbId });
    await sandbox.event('waiting', 'SyncLoadBalancerFailed', 'Check the credentials');
    // After the second failure it would be tried again after 10 s only.
    await until('it has failed twice', async () => {
      const events = await sandbox.events('waiting');
      const failed = events.filter(({ reason }) => reason === 'SyncLoadBalancerFailed');
      return failed.reduce((sum, { count }) => sum + count, 0) >= 2;
    });
    const swappedAt = monotonicMs();
    await folder.swap({ 'cloud-config': config, secret: defaultAccount.accessKey.secret });
    await sandbox.addresses('waiting', ['10.0.7.2']);
    expect(monotonicMs() - swappedAt).toBeLessThan(8_000);
    await sandbox.untilLogged(ccm, 'secrets for the cloud were renewed', folder.pathOf('secret'));
  });

  it('takes a renewed secret without a call for the Services that are in order', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.7.4' });
    await using folder = await MountedFolder.create({ 'cloud-config': '', secret: '' });
    const config = withSecretIn(() => folder, defaultAccount.accessKey.id);
    const { secret } = defaultAccount.accessKey;
    await folder.swap({ 'cloud-config': config, secret });
    await start(folder);
    for (const port of [81, 82, 83]) {
      await sandbox.addService(`steady-${port}`, { slbId, ports: [{ port }] });
      await sandbox.addresses(`steady-${port}`, ['10.0.7.4']);
    }
    const mark = await sandbox.mark();
    // Another text, which the provider reads as the same secret: so the next call must succeed.
    await folder.swap({ 'cloud-config': config, secret: `${secret}\n` });
    await sandbox.untilLogged(ccm, 'secrets for the cloud were renewed');
    // A new Service goes through the same queue, so what the renewal has queued has been worked on.
    const other = await sandbox.addSlb({ businessIp: '10.0.7.5' });
    await sandbox.addService('after-renewal', { slbId: other });
    await sandbox.addresses('after-renewal', ['10.0.7.5']);
    const { calls } = await sandbox.cloud.calls(mark);
    expect(JSON.stringify(calls)).not.toContain(slbId);
    expect(calls.map(({ status }) => status)).not.toContain(401);
    expect(ccm.output).not.toContain('reloaded the cloud configuration');
  });

  it('keeps the old one where the new one is wrong, and says what is wrong with which line', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.7.3' });
    const good = sandbox.cloudConfig();
    await using folder = await MountedFolder.create({ 'cloud-config': good });
    const port = await freePort();
    await start(folder, ...sandbox.servingArgs(port));
    const gauge = 'cloudprovider_config_last_reload_successful{provider="inspur"}';
    const shown = async (): Promise<string> => {
      const { body } = await readHttps(port, '/metrics', sandbox.controlPlane.token);
      return body;
    };
    await until('the configuration of the start is in use', async () =>
      (await shown()).includes(`${gauge} 1\n`),
    );
    await folder.swap({ 'cloud-config': `regoin: x\ncredentials: { token: ${wrongSecret} }\n` });
    const why = 'cloud-config:1: regoin: found an unknown key';
    await sandbox.untilLogged(ccm, 'keeping the previous one', why, 'did you mean');
    await ownEvent('CloudConfigRejected', why);
    const text = await shown();
    expect(text).toContain(`${gauge} 0\n`);
    expect(text).toContain(
      'cloudprovider_config_reloads_total{provider="inspur",result="failure"} 1\n',
    );
    await sandbox.addService('meanwhile', { slbId });
    await sandbox.addresses('meanwhile', ['10.0.7.3']);

    await folder.swap({ 'cloud-config': good });
    await sandbox.untilLogged(ccm, 'restored to the one in use');
    expect(await shown()).toContain(`${gauge} 1\n`);
  });

  it('leads from a reconcile’s log lines to its requests', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.7.4' });
    await using folder = await MountedFolder.create({ 'cloud-config': sandbox.cloudConfig() });
    await start(folder, '--logging-format=json');
    const mark = await sandbox.mark();
    await sandbox.addService('traced', { slbId });
    await sandbox.addresses('traced', ['10.0.7.4']);
    await sandbox.untilLogged(ccm, 'service synced', 'default/traced');
    const lines = ccm.output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const synced = lines.find(
      ({ message, service }) => message === 'service synced' && service === 'default/traced',
    );
    const id = synced?.['reconcileID'];
    expect(id).toEqual(expect.stringMatching(/^[0-9a-f-]{36}$/));
    const { calls } = await sandbox.cloud.calls(mark);
    const own = calls.filter(({ requestId }) => requestId === id);
    expect(own.map(({ operation }) => operation)).toContain('CreateListener');
    const logged = lines.filter(
      ({ message, reconcileID }) => message === 'cloud request' && reconcileID === id,
    );
    expect(logged).toHaveLength(own.length);
  });

  it('never shows a secret, old, new or wrong', () => {
    const { keycloak, accessKey, token } = defaultAccount;
    const secrets = [
      keycloak.clientSecret,
      accessKey.secret,
      token,
      second.accessKey.secret,
      wrongSecret,
      'emulator-token-',
      sandbox.controlPlane.token,
    ];
    expect(output).toContain('reloaded the cloud configuration');
    expect(secrets.filter((secret) => output.includes(secret))).toEqual([]);
    expect(output).not.toMatch(/Bearer (?!\[redacted\])/);
  });
});
