import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CcmProcess } from './ccm-process.ts';
import { Sandbox } from './sandbox.ts';

describe('the cloud’s credentials', () => {
  let sandbox: Sandbox;
  let ccm: CcmProcess;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    await sandbox.addNode('node-a');
  }, 300_000);
  afterEach(async () => {
    await sandbox.cloud.setFaults([]);
    await ccm.stop();
  });
  afterAll(() => sandbox.stop(), 60_000);

  async function tokensSince(mark: number): Promise<number> {
    const { calls } = await sandbox.cloud.calls(mark);
    return calls.filter(({ operation }) => operation === 'GetToken').length;
  }

  it('are exchanged once for many Services, and once more when the token has expired', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.6.1' });
    const start = await sandbox.mark();
    ccm = await sandbox.startCcm();
    for (const port of [80, 81, 82]) {
      await sandbox.addService(`expiry-${port}`, { slbId, ports: [{ port }] });
      await sandbox.addresses(`expiry-${port}`, ['10.0.6.1']);
    }
    expect(await tokensSince(start)).toBe(1);

    await sandbox.cloud.expireTokens();
    const mark = await sandbox.mark();
    await sandbox.addService('expiry-83', { slbId, ports: [{ port: 83 }] });
    await sandbox.addService('expiry-84', { slbId, ports: [{ port: 84 }] });
    await sandbox.addresses('expiry-83', ['10.0.6.1']);
    await sandbox.addresses('expiry-84', ['10.0.6.1']);
    expect(await tokensSince(mark)).toBe(1);
    await sandbox.listening(slbId, ['TCP/80', 'TCP/81', 'TCP/82', 'TCP/83', 'TCP/84']);
    expect((await sandbox.events('expiry-83')).map(({ type }) => type)).not.toContain('Warning');
  });

  it('are refreshed once after a single 401', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.6.2' });
    ccm = await sandbox.startCcm();
    await sandbox.addService('before-401', { slbId, ports: [{ port: 80 }] });
    await sandbox.addresses('before-401', ['10.0.6.2']);
    await sandbox.cloud.setFaults([{ operation: 'CreateListener', times: 1, status: 401 }]);
    const mark = await sandbox.mark();
    await sandbox.addService('after-401', { slbId, ports: [{ port: 81 }] });
    await sandbox.addresses('after-401', ['10.0.6.2']);
    expect(await tokensSince(mark)).toBe(1);
    await sandbox.listening(slbId, ['TCP/80', 'TCP/81']);
  });

  it.each([
    {
      form: 'an access key',
      credentials: () => ({ accessKey: sandbox.emulator.credentials.accessKey }),
    },
    { form: 'a bearer token', credentials: () => ({ token: sandbox.emulator.credentials.token }) },
  ])('may be $form', async ({ form, credentials }) => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.6.3' });
    ccm = await sandbox.startCcm({ cloudConfig: sandbox.cloudConfig(credentials()) });
    const name = form.replaceAll(/\W+/g, '-');
    await sandbox.addService(name, { slbId });
    await sandbox.addresses(name, ['10.0.6.3']);
  });

  it('never reach the log', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.6.4' });
    ccm = await sandbox.startCcm({ args: ['--v=10'] });
    await sandbox.addService('secret', { slbId });
    await sandbox.addresses('secret', ['10.0.6.4']);
    await sandbox.cloud.setFaults([{ path: '.*', status: 500 }]);
    await sandbox.annotate('secret', { 'loadbalancer.inspur.com/forward-rule': 'WRR' });
    await sandbox.event('secret', 'SyncLoadBalancerFailed');
    await ccm.stop();
    expect(ccm.output).toContain('service sync failed');
    expect(shownSecrets(ccm.output)).toEqual([]);
  });

  it.each([
    {
      form: 'a client secret',
      credentials: () => ({
        keycloak: { ...keycloakOf(sandbox), clientSecret: 'wrong-client-secret' },
      }),
    },
    {
      form: 'a secret key',
      credentials: () => ({
        accessKey: { ...sandbox.emulator.credentials.accessKey, secret: 'wrong-secret-key' },
      }),
    },
    { form: 'a token', credentials: () => ({ token: 'wrong-token' }) },
  ])('never reach log or events where $form is refused', async ({ form, credentials }) => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.6.5' });
    ccm = await sandbox.startCcm({
      args: ['--v=10', '--logging-format=json'],
      cloudConfig: sandbox.cloudConfig(credentials()),
    });
    const name = `refused-${form.replaceAll(/\W+/g, '-')}`;
    await sandbox.addService(name, { slbId });
    const { message } = await sandbox.event(name, 'SyncLoadBalancerFailed');
    await ccm.stop();
    expect(ccm.output).toContain('service sync failed');
    expect(shownSecrets(ccm.output + message)).toEqual([]);
    await sandbox.deleteService(name);
  });

  /** The secrets that a text shows: of the cloud, right or wrong, of its issued tokens, and of the API server. */
  function shownSecrets(text: string): readonly string[] {
    const { accessKey, token } = sandbox.emulator.credentials;
    const secrets = [
      keycloakOf(sandbox).clientSecret,
      accessKey.secret,
      token,
      sandbox.controlPlane.token,
      'emulator-token-',
      'wrong-client-secret',
      'wrong-secret-key',
      'wrong-token',
    ];
    const bearers = [...text.matchAll(/Bearer (?!\[redacted\])\S+/g)].map(([found]) => found);
    return [...secrets.filter((secret) => text.includes(secret)), ...bearers];
  }
});

function keycloakOf({ emulator: { credentials } }: Sandbox) {
  const { url, clientId, clientSecret, requestedSubject } = credentials.keycloak;
  return { url, clientId, clientSecret, requestedSubject };
}
