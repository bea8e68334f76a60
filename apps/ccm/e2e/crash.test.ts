import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CcmProcess } from './ccm-process.ts';
import { CallGate, CrashProxy } from './crash-proxy.ts';
import { writeKubeconfig } from './replica.ts';
import { Sandbox, slbIdAnnotation } from './sandbox.ts';
import { until } from './until.ts';

/** A Service's life up to the point where the crash is to happen, and how it ends. */
interface Story {
  readonly name: string;
  /** Done before `ccm` may crash. */
  prepare(name: string, slbs: Slbs): Promise<void>;
  /** What `ccm` is busy with when it crashes. */
  act(name: string, slbs: Slbs): Promise<void>;
  /** Waits until all is as it must be; throws where it is not. */
  settled(name: string, slbs: Slbs): Promise<void>;
}

interface Slbs {
  readonly here: string;
  readonly there: string;
  readonly hereIp: string;
  readonly thereIp: string;
}

describe('ccm killed before any of its calls', () => {
  let sandbox: Sandbox;
  let apiProxy: CrashProxy;
  let cloudProxy: CrashProxy;
  let kubeconfig: string;
  const gate = new CallGate();
  let serial = 0;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    await sandbox.addNode('node-a');
    await sandbox.addNode('node-b');
    apiProxy = await CrashProxy.start({
      target: sandbox.controlPlane.url,
      caFile: sandbox.controlPlane.caFile,
      gate,
      counts: (method) => method !== 'GET',
    });
    cloudProxy = await CrashProxy.start({
      target: sandbox.emulator.url,
      gate,
      counts: (_method, path) => path.includes('/slbs'),
    });
    kubeconfig = join(sandbox.controlPlane.folder, 'through-proxy.kubeconfig');
    await writeKubeconfig(kubeconfig, apiProxy, { token: sandbox.controlPlane.token });
  }, 300_000);

  afterAll(async () => {
    await Promise.all([apiProxy.stop(), cloudProxy.stop()]);
    await sandbox.stop();
  }, 60_000);

  function startCcm(): Promise<CcmProcess> {
    const slbUrl = sandbox.emulator.slbUrl.replace(sandbox.emulator.url, cloudProxy.url);
    return sandbox.startCcm({
      cloudConfig: JSON.stringify({
        region: sandbox.emulator.region,
        credentials: sandbox.keycloak(),
        endpoints: { slb: slbUrl },
      }),
      args: [`--kubeconfig=${kubeconfig}`],
    });
  }

  async function newSlbs(): Promise<Slbs> {
    serial += 1;
    const [hereIp, thereIp] = [`10.1.${serial}.1`, `10.1.${serial}.2`];
    const here = await sandbox.addSlb({ businessIp: hereIp });
    const there = await sandbox.addSlb({ businessIp: thereIp });
    await sandbox.cloud.put({
      listeners: [here, there].map((slbId) => ({
        slbId,
        listenerId: `stranger-${slbId}`,
        listenerName: 'by-hand',
        protocol: 'TCP',
        port: 9,
      })),
    });
    return { here, there, hereIp, thereIp };
  }

  async function served(name: string, slbId: string, ip: string, ports: readonly string[]) {
    await sandbox.addresses(name, [ip]);
    await sandbox.listening(slbId, ['TCP/9', ...ports]);
    const listeners = (await sandbox.listeners(slbId)).filter(({ port }) => port !== 9);
    for (const { listenerId } of listeners) {
      await until(`${listenerId} has each node once`, async () => {
        const servers = (await sandbox.members(listenerId)).map(({ serverId }) => serverId);
        return JSON.stringify(servers) === '["i-node-a","i-node-b"]';
      });
    }
  }

  const twoPorts = [{ port: 80 }, { port: 443 }];
  const stories: readonly Story[] = [
    {
      name: 'creates a Service',
      prepare: () => Promise.resolve(),
      act: async (name, { here }) => {
        await sandbox.addService(name, { slbId: here, ports: twoPorts });
      },
      settled: (name, { here, hereIp }) => served(name, here, hereIp, ['TCP/80', 'TCP/443']),
    },
    {
      name: 'changes a Service’s ports and health check',
      prepare: async (name, { here, hereIp }) => {
        await sandbox.addService(name, { slbId: here, ports: twoPorts });
        await served(name, here, hereIp, ['TCP/80', 'TCP/443']);
      },
      act: async (name) => {
        await sandbox.patchService(name, {
          metadata: { annotations: { 'loadbalancer.inspur.com/is-healthcheck': '1' } },
          spec: {
            ports: [
              { name: 'tcp-80', port: 80, targetPort: 8080 },
              { name: 'udp-443', port: 443, protocol: 'UDP', targetPort: 8080 },
            ],
          },
        });
      },
      settled: async (name, { here, hereIp }) => {
        await sandbox.untilListener(here, ({ isHealthCheck }) => isHealthCheck === '1');
        await served(name, here, hereIp, ['TCP/80', 'UDP/443']);
      },
    },
    {
      name: 'moves a Service to another SLB',
      prepare: async (name, { here, hereIp }) => {
        await sandbox.addService(name, { slbId: here, ports: twoPorts });
        await served(name, here, hereIp, ['TCP/80', 'TCP/443']);
      },
      act: async (name, { there }) => {
        await sandbox.annotate(name, { [slbIdAnnotation]: there });
      },
      settled: async (name, { here, there, thereIp }) => {
        await served(name, there, thereIp, ['TCP/80', 'TCP/443']);
        await sandbox.listening(here, ['TCP/9']);
      },
    },
    {
      name: 'deletes a Service',
      prepare: async (name, { here, hereIp }) => {
        await sandbox.addService(name, { slbId: here, ports: twoPorts });
        await served(name, here, hereIp, ['TCP/80', 'TCP/443']);
      },
      act: (name) => sandbox.deleteService(name),
      settled: async (name, { here }) => {
        await sandbox.serviceGone(name);
        await sandbox.listening(here, ['TCP/9']);
      },
    },
  ];

  it.each(stories)(
    'while it $name, comes back and finishes: nothing doubled, nothing left',
    async (story) => {
      const undisturbed = await tell(story, Number.POSITIVE_INFINITY);
      expect(undisturbed.length).toBeGreaterThanOrEqual(4);
      for (let point = 0; point < undisturbed.length; point += 1) {
        try {
          await tell(story, point);
        } catch (error) {
          throw new Error(`killed before call ${point} (${undisturbed[point]})`, { cause: error });
        }
      }
    },
    300_000,
  );

  /** Tells the story with a crash after so many calls, and gives the calls of the time before. */
  async function tell(story: Story, calls: number): Promise<readonly string[]> {
    const name = `crash-${serial}`;
    const slbs = await newSlbs();
    gate.disarm();
    const first = await startCcm();
    try {
      await story.prepare(name, slbs);
      const killed = new Promise<void>((resolve) => {
        gate.arm(calls, () => resolve(first.stop('SIGKILL').then(() => undefined)));
      });
      await story.act(name, slbs);
      if (calls === Number.POSITIVE_INFINITY) {
        await story.settled(name, slbs);
        return gate.passed;
      }
      // Calls run side by side, so a run may need one less than the undisturbed one did.
      await Promise.race([killed, story.settled(name, slbs)]);
    } finally {
      await first.stop('SIGKILL');
    }
    const before = gate.passed;
    gate.disarm();
    const second = await startCcm();
    try {
      await story.settled(name, slbs);
    } finally {
      await second.stop();
      await cleanUp(name);
    }
    return before;
  }

  async function cleanUp(name: string): Promise<void> {
    const path = `/api/v1/namespaces/default/services/${name}`;
    if ((await sandbox.kube.find(path)) === undefined) return;
    await sandbox.patchService(name, { metadata: { finalizers: null } });
    await sandbox.deleteService(name);
  }
});
