import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@k8s-ccm/envtest';
import type { CcmExit, CcmProcess } from './ccm-process.ts';
import { readHttps } from './https-read.ts';
import { monotonicMs } from './monotonic-ms.ts';
import { Replica, shortLease } from './replica.ts';
import { Sandbox } from './sandbox.ts';
import { until } from './until.ts';

/** A Lease, as far as tests look at it. */
interface LeaseObject {
  readonly spec: {
    readonly holderIdentity: string;
    readonly leaseDurationSeconds: number;
    readonly renewTime: string;
    readonly leaseTransitions: number;
  };
}

const leasePath =
  '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/cloud-controller-manager';

describe('several replicas', () => {
  let sandbox: Sandbox;
  const replicas: Replica[] = [];
  const servers = ['i-node-a'];
  let serial = 0;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    await sandbox.addServer('i-node-a');
    await sandbox.addNode('node-a');
  }, 300_000);
  afterEach(async () => {
    await sandbox.cloud.setFaults([]);
    await Promise.all(replicas.splice(0).map((replica) => replica.stop()));
    await sandbox.kube.delete(leasePath);
  }, 30_000);
  afterAll(() => sandbox.stop(), 60_000);

  async function start(args?: readonly string[]): Promise<Replica> {
    const replica = await Replica.start(sandbox, `replica-${(serial += 1)}`, args);
    replicas.push(replica);
    return replica;
  }

  async function startThree(): Promise<readonly Replica[]> {
    return [await start(), await start(), await start()];
  }

  const lease = (): Promise<LeaseObject> => sandbox.kube.get<LeaseObject>(leasePath);

  /** The one that says that it leads, once the lease says so too. */
  async function leader(among: readonly Replica[]): Promise<Replica> {
    return until('one replica leads', async () => {
      const { holderIdentity } = (await lease()).spec;
      return among.find(({ ccm }) =>
        ccm.output
          .split('\n')
          .some((line) => line.includes('became leader') && line.includes(holderIdentity)),
      );
    });
  }

  /** A Service on an SLB of its own. */
  async function newService(): Promise<{ name: string; slbId: string; ip: string }> {
    const n = (serial += 1);
    const ip = `10.7.0.${n}`;
    const slbId = await sandbox.addSlb({ businessIp: ip });
    const name = `web-${n}`;
    await sandbox.addService(name, { slbId, ports: [{ port: 80 }, { port: 443 }] });
    return { name, slbId, ip };
  }

  /** A Node that is to be initialized. */
  async function newNode(): Promise<string> {
    const name = `late-${(serial += 1)}`;
    await sandbox.addServer(`i-${name}`, { serverName: name });
    await sandbox.addNode(name, { providerID: '', ip: '', uninitialized: true });
    servers.push(`i-${name}`);
    return name;
  }

  async function served(services: readonly Awaited<ReturnType<typeof newService>>[]) {
    for (const { name, slbId, ip } of services) {
      await sandbox.addresses(name, [ip]);
      // Exactly these: nothing missing, nothing doubled.
      await sandbox.listening(slbId, ['TCP/80', 'TCP/443']);
      await sandbox.serving(slbId, servers.toSorted());
    }
  }

  const ways: readonly {
    readonly way: string;
    readonly end: (replica: Replica) => void;
    /** From the end of the one to the lease of the next, in milliseconds: the documented bound and as much again, for a busy machine. */
    readonly withinMs: number;
    /** How it ends; `undefined` where it is still there. */
    readonly exit: CcmExit | undefined;
  }[] = [
    {
      way: 'stopped by SIGTERM',
      end: ({ ccm }) => ccm.signal('SIGTERM'),
      withinMs: 2_000,
      exit: { code: 0, signal: null },
    },
    {
      way: 'killed',
      end: ({ ccm }) => ccm.signal('SIGKILL'),
      withinMs: 10_000,
      exit: { code: null, signal: 'SIGKILL' },
    },
    {
      way: 'stopped past its lease',
      end: ({ ccm }) => ccm.signal('SIGSTOP'),
      withinMs: 10_000,
      exit: undefined,
    },
    {
      way: 'cut off from the API server',
      end: ({ api }) => api.cutOff(),
      withinMs: 10_000,
      exit: { code: 1, signal: null },
    },
  ];

  it.each(ways)(
    'act one at a time, and the next goes on, when the leader is $way',
    async ({ way, end, withinMs, exit }) => {
      const all = await startThree();
      const first = await leader(all);
      const services = [await newService()];
      await served(services);
      const { leaseTransitions } = (await lease()).spec;
      // Work in flight while it ends.
      services.push(await newService(), await newService());
      const endedAt = monotonicMs();
      end(first);
      services.push(await newService());
      const node = await newNode();
      const rest = all.filter((replica) => replica !== first);
      const second = await leader(rest);
      const tookMs = monotonicMs() - endedAt;
      process.stdout.write(`takeover when the leader is ${way}: ${tookMs} ms\n`);
      expect(tookMs).toBeLessThan(withinMs);
      await sandbox.untilNode(node, ({ spec }) => spec.providerID === `incloud://i-${node}`);
      await served(services);
      expect((await lease()).spec.leaseTransitions).toBe(leaseTransitions + 1);
      expect(await Promise.race([first.ccm.exited, pause(0)])).toEqual(exit);
      await sandbox.deleteService(services[0]?.name ?? '');
      await sandbox.serviceGone(services[0]?.name ?? '');
      expectOneAtATime(all);
      expect(second.acts.length).toBeGreaterThan(0);
      expect(rest.find((replica) => replica !== second)?.acts).toEqual([]);
    },
    60_000,
  );

  it('a leader that goes on after it stood still past its lease sends nothing more, and exits with 1', async () => {
    const first = await start();
    await leader([first]);
    const second = await start();
    const service = await newService();
    await served([service]);
    // The answer waits for it in the socket when it wakes up, and its next call would follow at once.
    await sandbox.cloud.setFaults([{ operation: 'CreateListener', delayMs: 1_000 }]);
    const mark = await sandbox.mark();
    const late = await newService();
    await sandbox.untilCalled(mark, 'CreateListener', late.slbId);
    first.ccm.signal('SIGSTOP');
    await sandbox.cloud.setFaults([]);
    expect(await leader([second])).toBe(second);
    await served([service, late]);

    const sent = (): readonly number[] => [first.api.requests.length, first.cloud.requests.length];
    const before = sent();
    const continuedAt = monotonicMs();
    first.ccm.signal('SIGCONT');
    expect(await first.ccm.exited).toEqual({ code: 1, signal: null });
    expect(monotonicMs() - continuedAt).toBeLessThan(5_000);
    expect(first.ccm.output).toContain('leadership lost');
    expect(sent()).toEqual(before);
    await served([service, late]);
    expectOneAtATime([first, second]);
  }, 60_000);

  // @see docs/reference/contract.md#case-187
  // @see docs/reference/contract.md#case-188
  it('renew about every 2 s, and take over from one that was killed in 15 s to 20 s', async () => {
    const args = ['--leader-elect=true'];
    const first = await start(args);
    await leader([first]);
    const second = await start(args);
    await sandbox.untilLogged(second.ccm, 'another process leads');
    const held = (await lease()).spec;
    expect(held).toMatchObject({ leaseDurationSeconds: 15, leaseTransitions: 0 });
    expect(held.holderIdentity).toMatch(
      new RegExp(String.raw`^${hostname()}_[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$`),
    );
    const renewals = new Set<number>();
    await until('the lease was renewed three times', async () => {
      renewals.add(Date.parse((await lease()).spec.renewTime));
      return renewals.size >= 3;
    });
    const [one = 0, two = 0, three = 0] = [...renewals];
    for (const betweenMs of [two - one, three - two]) {
      expect(betweenMs).toBeGreaterThan(1_900);
      expect(betweenMs).toBeLessThan(8_000);
    }
    const killedAt = monotonicMs();
    await first.ccm.stop('SIGKILL');
    expect(await leader([second])).toBe(second);
    const tookMs = monotonicMs() - killedAt;
    process.stdout.write(`takeover with upstream's timings: ${tookMs} ms\n`);
    // The last renewal was up to 2 s before.
    expect(tookMs).toBeGreaterThan(12_500);
    expect(tookMs).toBeLessThan(30_000);
    const { holderIdentity, leaseTransitions } = (await lease()).spec;
    expect(leaseTransitions).toBe(1);
    await until('the events say who led', async () => {
      const { items } = await sandbox.kube.get<{
        readonly items: readonly { readonly reason: string; readonly message: string }[];
      }>('/api/v1/namespaces/kube-system/events');
      const messages = new Set(
        items.filter(({ reason }) => reason === 'LeaderElection').map(({ message }) => message),
      );
      return [held.holderIdentity, holderIdentity].every((id) =>
        messages.has(`${id} became leader`),
      );
    });
  }, 60_000);

  // @see docs/reference/contract.md#case-189
  it('a leader whose lease is stolen exits with 1 as soon as it sees that', async () => {
    const replica = await start();
    await leader([replica]);
    const stolenAt = monotonicMs();
    await sandbox.kube.patch(leasePath, { spec: { holderIdentity: 'thief' } });
    expect(await replica.ccm.exited).toEqual({ code: 1, signal: null });
    // It looks every half second, and ends within one.
    expect(monotonicMs() - stolenAt).toBeLessThan(5_000);
    expect((await lease()).spec.holderIdentity).toBe('thief');
  }, 30_000);

  // @see docs/reference/contract.md#case-203
  it('only the leader’s metrics count controllers, and they say who leads', async () => {
    const { kubeconfig, token } = sandbox.controlPlane;
    const startServed = async (): Promise<{ ccm: CcmProcess; port: number }> => {
      const port = await freePort();
      const ccm = await sandbox.startCcm({
        cloudConfig: sandbox.cloudConfig(undefined, { routeTableId: 'rtb-1' }),
        args: [
          `--authentication-kubeconfig=${kubeconfig}`,
          `--authorization-kubeconfig=${kubeconfig}`,
          `--secure-port=${port}`,
          '--cluster-cidr=10.244.0.0/16',
          ...shortLease,
        ],
      });
      return { ccm, port };
    };
    const metricsOf = async (port: number): Promise<readonly string[]> => {
      const { status, body } = await readHttps(port, '/metrics', token);
      return status === 200 ? body.split('\n') : [];
    };
    const isLeader = 'leader_election_master_status{name="cloud-controller-manager"}';
    await using processes = new AsyncDisposableStack();
    const first = await startServed();
    processes.use(first.ccm);
    await until('the leader runs all four', async () => {
      const metrics = await metricsOf(first.port);
      const wanted = ['cloud-node', 'cloud-node-lifecycle', 'service', 'route'].map(running);
      return [...wanted, `${isLeader} 1`].every((line) => metrics.includes(line));
    });
    const second = await startServed();
    processes.use(second.ccm);
    await sandbox.untilLogged(second.ccm, 'another process leads');
    const metrics = await metricsOf(second.port);
    expect(metrics).toContain(`${isLeader} 0`);
    expect(metrics.filter((line) => line.startsWith('running_managed_controllers{'))).toEqual([]);
  }, 60_000);

  // @see docs/reference/contract.md#case-204
  it('SIGTERM releases the lease, and the next takes it long before its time is up', async () => {
    const args = ['--leader-elect=true'];
    const first = await start(args);
    await leader([first]);
    const second = await start(args);
    await sandbox.untilLogged(second.ccm, 'another process leads');
    const stoppedAt = monotonicMs();
    expect(await first.ccm.stop()).toEqual({ code: 0, signal: null });
    expect(await leader([second])).toBe(second);
    const tookMs = monotonicMs() - stoppedAt;
    process.stdout.write(`takeover after SIGTERM with upstream's timings: ${tookMs} ms\n`);
    // A lease that was not released would hold for 13 s at least.
    expect(tookMs).toBeLessThan(8_000);
    await second.ccm.stop();
    expect((await lease()).spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
  }, 30_000);
});

/** Nobody may go on after another has begun. */
function expectOneAtATime(all: readonly Replica[]): void {
  const acts = all
    .flatMap(({ name, acts: own }) => own.map(({ at }) => ({ name, at })))
    .toSorted((a, b) => a.at - b.at);
  const turns = acts.filter(({ name }, i) => name !== acts[i - 1]?.name).map(({ name }) => name);
  expect(turns).toEqual([...new Set(turns)]);
  expect(turns.length).toBeGreaterThan(1);
}

function running(name: string): string {
  return `running_managed_controllers{name="${name}",manager="cloud-controller-manager"} 1`;
}
