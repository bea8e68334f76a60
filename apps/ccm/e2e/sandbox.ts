import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startControlPlane } from '@k8s-ccm/envtest';
import type { ControlPlane, ControlPlaneOptions } from '@k8s-ccm/envtest';
import { startEmulator } from '@k8s-ccm/inspur-emulator';
import type { Emulator, EmulatorOptions } from '@k8s-ccm/inspur-emulator';
import { CcmProcess } from './ccm-process.ts';
import type {
  NodeObject,
  NodeSpec,
  PortSpec,
  ServiceEvent,
  ServiceObject,
  ServiceSpec,
} from './cluster-objects.ts';
import { EmulatorControl } from './emulator-control.ts';
import type { WireListener, WireMember } from './emulator-control.ts';
import { KubeApi } from './kube-api.ts';
import { until } from './until.ts';

/** The annotation that names the SLB of a Service. */
export const slbIdAnnotation = 'service.beta.kubernetes.io/inspur-load-balancer-slbid';

/** How `ccm` is started. */
export interface CcmSpec {
  readonly args?: readonly string[];
  /** The cloud-config's text; default: the emulator with its Keycloak credentials. */
  readonly cloudConfig?: string;
}

/** A real control plane, the emulated cloud over HTTP, and `ccm` as a child process. */
export class Sandbox {
  readonly controlPlane: ControlPlane;
  readonly emulator: Emulator;
  readonly cloud: EmulatorControl;
  readonly kube: KubeApi;
  readonly #folder: string;
  #serial = 0;

  private constructor(controlPlane: ControlPlane, emulator: Emulator, folder: string) {
    this.controlPlane = controlPlane;
    this.emulator = emulator;
    this.cloud = new EmulatorControl(emulator.url);
    this.kube = new KubeApi(controlPlane);
    this.#folder = folder;
  }

  static async start(
    options: ControlPlaneOptions = {},
    cloud: EmulatorOptions = {},
  ): Promise<Sandbox> {
    const folder = await mkdtemp(join(tmpdir(), 'ccm-e2e-'));
    const [controlPlane, emulator] = await Promise.all([
      startControlPlane(options),
      startEmulator(cloud),
    ]);
    return new Sandbox(controlPlane, emulator, folder);
  }

  async stop(): Promise<void> {
    await this.kube.close();
    await Promise.all([this.controlPlane.stop(), this.emulator.close()]);
    await rm(this.#folder, { recursive: true });
  }

  /** Starts `ccm`; it is ready when it has said so. */
  async startCcm(spec: CcmSpec = {}): Promise<CcmProcess> {
    const file = join(this.#folder, `cloud-config-${(this.#serial += 1)}.yaml`);
    await writeFile(file, spec.cloudConfig ?? this.cloudConfig());
    return new CcmProcess([
      `--kubeconfig=${this.controlPlane.kubeconfig}`,
      '--cloud-provider=inspur',
      `--cloud-config=${file}`,
      '--cluster-name=e2e',
      '--leader-elect=false',
      '--secure-port=0',
      '--v=4',
      ...(spec.args ?? []),
    ]);
  }

  /**
   * Gives a kubeconfig with a new token of a service account.
   * @param path of the account, `/api/v1/namespaces/…/serviceaccounts/…`
   */
  async kubeconfigOf(path: string): Promise<string> {
    const { url, caFile } = this.controlPlane;
    const { status } = await this.kube.create<{ readonly status: { readonly token: string } }>(
      `${path}/token`,
      { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
    );
    const file = join(this.#folder, `kubeconfig-${(this.#serial += 1)}.json`);
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'e2e', cluster: { server: url, 'certificate-authority': caFile } }],
      users: [{ name: 'account', user: { token: status.token } }],
      contexts: [{ name: 'e2e', context: { cluster: 'e2e', user: 'account' } }],
      'current-context': 'e2e',
    };
    await writeFile(file, JSON.stringify(config), { mode: 0o600 });
    return file;
  }

  /** Lets a `ccm` serve on a port of this host, to those whom the API server knows and lets. */
  servingArgs(port: number): readonly string[] {
    const { kubeconfig } = this.controlPlane;
    return [
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--authentication-kubeconfig=${kubeconfig}`,
      `--authorization-kubeconfig=${kubeconfig}`,
    ];
  }

  /** A cloud-config for the emulator. */
  cloudConfig(credentials: object = this.keycloak(), network: object = {}): string {
    return JSON.stringify({
      region: 'cn-north-3',
      credentials,
      network,
      endpoints: {
        slb: this.emulator.slbUrl,
        ecs: this.emulator.ecsUrl,
        vpc: this.emulator.vpcUrl,
      },
    });
  }

  keycloak(): object {
    const { url, clientId, clientSecret, requestedSubject } = this.emulator.credentials.keycloak;
    return { keycloak: { url, clientId, clientSecret, requestedSubject } };
  }

  /** Seeds an SLB that the emulator's account owns and gives its id. */
  async addSlb(slb: object = {}): Promise<string> {
    const n = (this.#serial += 1);
    const slbId = `slb-${n}`;
    await this.cloud.put({
      slbs: [
        {
          slbId,
          slbName: `e2e-${n}`,
          businessIp: this.#newIp('10.200'),
          eipAddress: '',
          state: 'active',
          ...slb,
        },
      ],
    });
    return slbId;
  }

  async addNode(name: string, spec: NodeSpec = {}): Promise<void> {
    const { providerID = `incloud://i-${name}`, ip = this.#newIp('192.168') } = spec;
    await this.kube.create('/api/v1/nodes', {
      metadata: { name, labels: spec.labels ?? {}, annotations: spec.annotations ?? {} },
      spec: {
        ...(providerID === '' ? {} : { providerID }),
        ...(spec.podCIDR === undefined ? {} : { podCIDR: spec.podCIDR, podCIDRs: [spec.podCIDR] }),
        ...(spec.uninitialized === true ? { taints: [uninitializedTaint] } : {}),
      },
      status: ip === '' ? {} : { addresses: [{ type: 'InternalIP', address: ip }] },
    });
  }

  node(name: string): Promise<NodeObject> {
    return this.kube.get<NodeObject>(`/api/v1/nodes/${name}`);
  }

  findNode(name: string): Promise<NodeObject | undefined> {
    return this.kube.find<NodeObject>(`/api/v1/nodes/${name}`);
  }

  /** Waits until the Node `fits`. */
  untilNode(name: string, fits: (node: NodeObject) => boolean): Promise<NodeObject> {
    return until(`the node ${name} fits`, async () => {
      const node = await this.node(name);
      if (!fits(node)) throw new Error(JSON.stringify(node));
      return node;
    });
  }

  /** Writes the Ready condition, as a kubelet does. */
  async setReady(name: string, status: 'True' | 'False' | 'Unknown'): Promise<void> {
    await this.kube.patch(`/api/v1/nodes/${name}/status`, {
      status: { conditions: [{ type: 'Ready', status }] },
    });
  }

  /** Seeds a server that the emulator's account owns. */
  addServer(serverId: string, server: object = {}): Promise<void> {
    return this.addServers([serverId], server);
  }

  /** Seeds servers that come at the same moment. */
  async addServers(serverIds: readonly string[], server: object = {}): Promise<void> {
    const servers = serverIds.map((serverId) => ({
      serverId,
      serverName: `name-of-${serverId}`,
      hostName: `host-of-${serverId}`,
      status: 'active',
      flavorName: 'c1.large',
      regionId: 'cn-north-3',
      availabilityZone: 'cn-north-3a',
      privateIps: [this.#newIp('10.9')],
      ...server,
    }));
    await this.cloud.put({ servers });
  }

  async deleteNode(name: string): Promise<void> {
    await this.kube.delete(`/api/v1/nodes/${name}`);
  }

  addService(name: string, spec: ServiceSpec = {}): Promise<ServiceObject> {
    return this.kube.create<ServiceObject>(services, {
      metadata: {
        name,
        annotations: {
          ...(spec.slbId === undefined ? {} : { [slbIdAnnotation]: spec.slbId }),
          ...spec.annotations,
        },
      },
      spec: {
        type: 'LoadBalancer',
        selector: { app: name },
        ports: (spec.ports ?? [{ port: 80 }]).map(portObject),
        ...spec.spec,
      },
    });
  }

  service(name: string): Promise<ServiceObject> {
    return this.kube.get<ServiceObject>(`${services}/${name}`);
  }

  patchService(name: string, patch: object): Promise<ServiceObject> {
    return this.kube.patch<ServiceObject>(`${services}/${name}`, patch);
  }

  setPorts(name: string, ports: readonly PortSpec[]): Promise<ServiceObject> {
    return this.patchService(name, { spec: { ports: ports.map(portObject) } });
  }

  annotate(
    name: string,
    annotations: Readonly<Record<string, string | null>>,
  ): Promise<ServiceObject> {
    return this.patchService(name, { metadata: { annotations } });
  }

  deleteService(name: string): Promise<void> {
    return this.kube.delete(`${services}/${name}`);
  }

  /** Waits until the Service's object is gone. */
  async serviceGone(name: string): Promise<void> {
    await until(`the Service ${name} is gone`, async () => {
      return (await this.kube.find(`${services}/${name}`)) === undefined;
    });
  }

  /** Waits until the status holds exactly these addresses. */
  async addresses(name: string, expected: readonly string[]): Promise<ServiceObject> {
    return until(`the Service ${name} has the addresses [${expected.join(' ')}]`, async () => {
      const service = await this.service(name);
      const found = (service.status.loadBalancer.ingress ?? []).map(({ ip }) => ip);
      return JSON.stringify(found) === JSON.stringify(expected) ? service : undefined;
    });
  }

  async events(name: string): Promise<readonly ServiceEvent[]> {
    const { items } = await this.kube.get<{ items: readonly ServiceEvent[] }>(
      `/api/v1/namespaces/default/events?fieldSelector=${encodeURIComponent(`involvedObject.name=${name}`)}`,
    );
    return items;
  }

  /** Waits for an event with this reason whose message holds the text. */
  event(name: string, reason: string, text = ''): Promise<ServiceEvent> {
    return until(`${name} has the event ${reason} with "${text}"`, async () => {
      return (await this.events(name)).find(
        (event) => event.reason === reason && event.message.includes(text),
      );
    });
  }

  /** Waits for an event that `fits`. */
  untilEvent(name: string, fits: (event: ServiceEvent) => boolean): Promise<ServiceEvent> {
    return until(`the Service ${name} has a fitting event`, async () =>
      (await this.events(name)).find(fits),
    );
  }

  async listeners(slbId: string): Promise<readonly WireListener[]> {
    const { listeners } = await this.cloud.state();
    return listeners
      .filter((listener) => listener.slbId === slbId)
      .toSorted((a, b) => a.port - b.port || a.protocol.localeCompare(b.protocol));
  }

  /** Waits until the SLB's listeners, as `PROTOCOL/port`, are exactly these. */
  async listening(
    slbId: string,
    expected: readonly string[],
    limitMs?: number,
  ): Promise<readonly WireListener[]> {
    const what = `${slbId} listens on [${expected.join(' ')}]`;
    const look = async (): Promise<readonly WireListener[] | undefined> => {
      const listeners = await this.listeners(slbId);
      const found = listeners.map(({ protocol, port }) => `${protocol}/${port}`);
      return JSON.stringify(found) === JSON.stringify(expected) ? listeners : undefined;
    };
    return await until(what, look, limitMs);
  }

  /** Waits until the SLB has a listener that `fits`. */
  untilListener(slbId: string, fits: (listener: WireListener) => boolean): Promise<WireListener> {
    return until(`${slbId} has a fitting listener`, async () =>
      (await this.listeners(slbId)).find(fits),
    );
  }

  async members(listenerId: string): Promise<readonly WireMember[]> {
    const { members } = await this.cloud.state();
    return members
      .filter((member) => member.listenerId === listenerId)
      .toSorted((a, b) => a.serverId.localeCompare(b.serverId));
  }

  /** Waits until the listener has exactly these servers. */
  async untilMembers(listenerId: string, servers: readonly string[]): Promise<void> {
    await until(`${listenerId} has the servers [${servers.join(' ')}]`, async () => {
      const found = (await this.members(listenerId)).map(({ serverId }) => serverId);
      return JSON.stringify(found) === JSON.stringify(servers);
    });
  }

  /** Waits until every listener of the SLB has exactly these servers. */
  async serving(slbId: string, servers: readonly string[]): Promise<void> {
    await until(`all listeners of ${slbId} have the servers [${servers.join(' ')}]`, async () => {
      const listeners = await this.listeners(slbId);
      const found = await Promise.all(
        listeners.map(async ({ listenerId }) =>
          (await this.members(listenerId)).map(({ serverId }) => serverId),
        ),
      );
      return found.every((ids) => JSON.stringify(ids) === JSON.stringify(servers));
    });
  }

  /** The operations that changed something, or tried to, since a mark. */
  async changesSince(mark: number): Promise<readonly string[]> {
    const { calls } = await this.cloud.calls(mark);
    return calls
      .filter(({ method, operation }) => method !== 'GET' && operation !== 'GetToken')
      .map(({ operation }) => operation);
  }

  /** Waits until an operation was called on an SLB so many times since a mark. */
  async untilCalled(mark: number, operation: string, slbId: string, times = 1): Promise<void> {
    await until(`${operation} was called ${times} times on ${slbId}`, async () => {
      const { calls } = await this.cloud.calls(mark);
      const found = calls.filter(
        (call) => call.operation === operation && call.path.includes(slbId),
      );
      return found.length >= times;
    });
  }

  /** Waits until one line of the log holds all these texts. */
  async untilLogged(ccm: CcmProcess, ...texts: readonly string[]): Promise<void> {
    await until(`a log line has ${texts.join(', ')}`, () =>
      ccm.output.split('\n').some((line) => texts.every((text) => line.includes(text))),
    );
  }

  /** A mark for `changesSince`. */
  async mark(): Promise<number> {
    return (await this.cloud.calls()).next;
  }

  /** An IPv4 address that no other object has; those of tests have a third number below 50. */
  #newIp(network: string): string {
    const n = (this.#serial += 1);
    return `${network}.${Math.floor(n / 250) + 50}.${(n % 250) + 1}`;
  }
}

const uninitializedTaint = {
  key: 'node.cloudprovider.kubernetes.io/uninitialized',
  value: 'true',
  effect: 'NoSchedule',
};
const services = '/api/v1/namespaces/default/services';

function portObject({ port, protocol = 'TCP' }: PortSpec): object {
  return { name: `${protocol.toLowerCase()}-${port}`, port, protocol, targetPort: 8080 };
}
