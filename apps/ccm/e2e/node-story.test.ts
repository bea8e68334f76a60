import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CcmProcess } from './ccm-process.ts';
import { clusterWarnings } from './cluster-warnings.ts';
import { MemberWatch } from './member-watch.ts';
import { Sandbox } from './sandbox.ts';

const quota = 3;
const services = ['web', 'dns', 'api'] as const;

describe('three Nodes that serve up to the quota, one that joins with --node-ip, one of another cloud, one that leaves', () => {
  let sandbox: Sandbox;
  let ccm: CcmProcess;

  beforeAll(async () => {
    sandbox = await Sandbox.start({}, { memberRules: { perListener: quota } });
    for (const name of ['node-a', 'node-b', 'node-c']) {
      await sandbox.addServer(`i-${name}`);
      await sandbox.addNode(name);
      await sandbox.setReady(name, 'True');
    }
    ccm = await sandbox.startCcm();
  }, 300_000);

  afterAll(async () => {
    await ccm.stop();
    await sandbox.stop();
  }, 60_000);

  it('at no moment leave a Service without a member, and bring no Warning but the two that are due', async () => {
    const [shared, own] = [
      await sandbox.addSlb({ businessIp: '10.0.9.1' }),
      await sandbox.addSlb({ businessIp: '10.0.9.2' }),
    ];
    await sandbox.addService('web', { slbId: shared, ports: [{ port: 80 }, { port: 443 }] });
    await sandbox.addService('dns', { slbId: shared, ports: [{ port: 53, protocol: 'UDP' }] });
    await sandbox.addService('api', { slbId: own, ports: [{ port: 6443 }] });
    for (const name of services) {
      await sandbox.addresses(name, [name === 'api' ? '10.0.9.2' : '10.0.9.1']);
    }
    const serving = async (...servers: readonly string[]): Promise<void> => {
      for (const slbId of [shared, own]) await sandbox.serving(slbId, servers);
    };
    await serving('i-node-a', 'i-node-b', 'i-node-c');
    using watch = new MemberWatch(sandbox.emulator);
    const before = await versions();

    // The cloud is slow to say which server it is, so it is uninitialized for a while.
    await sandbox.addServer('i-node-d', { serverName: 'node-d', privateIps: ['192.168.9.4'] });
    await sandbox.cloud.setFaults([{ operation: 'ListServers', delayMs: 1_000 }]);
    await sandbox.addNode('node-d', {
      providerID: '',
      ip: '192.168.9.4',
      uninitialized: true,
      annotations: { 'alpha.kubernetes.io/provided-node-ip': '192.168.9.4' },
    });
    await sandbox.untilNode('node-d', ({ spec }) => spec.providerID === 'incloud://i-node-d');
    await sandbox.setReady('node-d', 'True');
    for (const name of services) {
      await sandbox.event(name, 'MemberQuotaReached', '3 of 4 Nodes get traffic');
    }

    await sandbox.addNode('node-e', { providerID: 'k3s://node-e' });
    await sandbox.setReady('node-e', 'True');
    for (const name of services) await sandbox.event(name, 'NodeSkipped', 'k3s://node-e');
    await serving('i-node-a', 'i-node-b', 'i-node-c');

    await sandbox.deleteNode('node-a');
    await serving('i-node-b', 'i-node-c', 'i-node-d');

    expect(watch.lapses).toEqual([]);
    expect(watch.served).toEqual(
      [`${shared} TCP/443`, `${shared} TCP/80`, `${shared} UDP/53`, `${own} TCP/6443`].toSorted(),
    );
    expect(watch.served.map((port) => watch.most(port))).toEqual([3, 3, 3, 3]);
    expect(await warnings()).toEqual(
      services
        .flatMap((name) => [
          `Service/${name} MemberQuotaReached x1`,
          `Service/${name} NodeSkipped x1`,
        ])
        .toSorted(),
    );
    // Nothing was written to the Services, so their addresses were there all the time.
    expect(await versions()).toEqual(before);
  });

  async function versions(): Promise<readonly string[]> {
    return await Promise.all(
      services.map(async (name) => (await sandbox.service(name)).metadata.resourceVersion),
    );
  }

  async function warnings(): Promise<readonly string[]> {
    return (await clusterWarnings(sandbox.kube)).map((warning) => warning.split(':')[0] ?? '');
  }
});
