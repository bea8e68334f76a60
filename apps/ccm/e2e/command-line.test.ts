import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CcmProcess } from './ccm-process.ts';
import { Sandbox } from './sandbox.ts';

describe('ccm', () => {
  it.each([
    { name: 'an unknown flag', args: ['--cloud-provder=inspur'], says: '--cloud-provider' },
    { name: 'no provider', args: [], says: '--cloud-provider cannot be empty' },
    { name: 'an unknown provider', args: ['--cloud-provider=inspurr'], says: '"inspur"' },
    {
      name: 'a bad number',
      args: ['--cloud-provider=inspur', '--concurrent-service-syncs=many'],
      says: '--concurrent-service-syncs',
    },
    {
      name: 'an unknown controller',
      args: ['--cloud-provider=inspur', '--controllers=foo'],
      says: '"foo" is not in the list of known controllers',
    },
    {
      name: 'a kubeconfig that is not there',
      args: ['--cloud-provider=inspur', '--kubeconfig=/no/such/kubeconfig'],
      says: '/no/such/kubeconfig',
    },
  ])('refuses $name with one clear line', async ({ args, says }) => {
    await using ccm = new CcmProcess(args);
    const { code } = await ccm.exited;
    expect(code).toBe(1);
    expect(ccm.output).toContain(says);
    expect(ccm.output.trim().split('\n')).toHaveLength(1);
  });
});

describe('ccm with a cluster', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
  }, 300_000);
  afterAll(() => sandbox.stop(), 60_000);

  it('refuses a bad cloud-config: every problem at once, with its line', async () => {
    await using ccm = await sandbox.startCcm({
      cloudConfig: 'regoin: cn-north-3\ncredentials:\n  token: 5\nhttp:\n  timeout: soon\n',
    });
    const { code } = await ccm.exited;
    expect(code).toBe(1);
    expect(ccm.output).toContain(':1: ');
    expect(ccm.output).toContain('region');
    expect(ccm.output).toContain(':5: ');
    expect(ccm.output).not.toContain('    at ');
  });

  it('ends with 0 on SIGTERM, also with a call in flight', async () => {
    const slbId = await sandbox.addSlb();
    await using ccm = await sandbox.startCcm();
    await sandbox.cloud.setFaults([{ operation: 'CreateListener', delayMs: 60_000 }]);
    const mark = await sandbox.mark();
    await sandbox.addService('hanging', { slbId });
    await sandbox.untilCalled(mark, 'ListListeners', slbId);
    expect(await ccm.stop()).toEqual({ code: 0, signal: null });
    await sandbox.cloud.setFaults([]);
  });

  it('takes --cloud-provider=incloud and the Go program’s cloud-config as they were', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.7.1' });
    const { keycloak } = sandbox.emulator.credentials;
    await using ccm = await sandbox.startCcm({
      args: ['--cloud-provider=incloud'],
      cloudConfig: [
        '# written for the Go program',
        `slbUrl-pre=${sandbox.emulator.slbUrl}`,
        `keycloakUrl=${keycloak.url}`,
        `token-client-id=${keycloak.clientId}`,
        `client-secret=${keycloak.clientSecret}`,
        `requested-subject=${keycloak.requestedSubject}`,
      ].join('\n'),
    });
    await sandbox.addService('as-before', { slbId });
    const service = await sandbox.addresses('as-before', ['10.0.7.1']);
    const [nodePort] = service.spec.ports.map((port) => port.nodePort);
    await sandbox.listening(slbId, [`TCP/${nodePort}`]);
    expect(await ccm.stop()).toEqual({ code: 0, signal: null });
  });
});
