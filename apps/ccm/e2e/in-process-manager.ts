import { once } from 'node:events';
import { createServer } from 'node:net';
import { CloudProviderRegistry } from '@k8s-ccm/cloud-provider';
import type { CloudProvider } from '@k8s-ccm/cloud-provider';
import { runControllerManager } from '@k8s-ccm/controller-manager';
import type { ControllerDescriptor, StopSignal } from '@k8s-ccm/controller-manager';
import { cloudNodeController } from '@k8s-ccm/node-controller';
import { cloudNodeLifecycleController } from '@k8s-ccm/node-lifecycle-controller';
import { nodeRouteController } from '@k8s-ccm/route-controller';
import { serviceLbController } from '@k8s-ccm/service-controller';
import { readHttps } from './https-read.ts';
import { until } from './until.ts';

/** How a manager is run in this process. */
export interface InProcessSpec {
  readonly kubeconfig: string;
  readonly token: string;
  readonly provider: CloudProvider;
  readonly args?: readonly string[];
  /** Started after the four. Default none. */
  readonly controllers?: readonly ControllerDescriptor[];
}

/** A manager with the four controllers and a given cloud, in this process. */
export class InProcessManager {
  readonly exitCode: Promise<number>;
  readonly #port: number;
  readonly #token: string;
  readonly #stops = new Set<(signal: StopSignal) => void>();
  #log = '';

  private constructor(
    { kubeconfig, token, provider, args = [], controllers = [] }: InProcessSpec,
    port: number,
  ) {
    this.#port = port;
    this.#token = token;
    const providers = new CloudProviderRegistry();
    providers.register(provider.name, async () => provider);
    this.exitCode = runControllerManager({
      argv: [
        `--kubeconfig=${kubeconfig}`,
        `--authentication-kubeconfig=${kubeconfig}`,
        `--authorization-kubeconfig=${kubeconfig}`,
        `--cloud-provider=${provider.name}`,
        '--leader-elect=false',
        '--bind-address=127.0.0.1',
        `--secure-port=${port}`,
        '--cluster-cidr=10.244.0.0/16',
        ...args,
      ],
      providers,
      controllers: [
        cloudNodeController,
        cloudNodeLifecycleController,
        serviceLbController,
        nodeRouteController,
        ...controllers,
      ],
      signalSource: {
        onSignal: (callback) => {
          this.#stops.add(callback);
          return { [Symbol.dispose]: () => this.#stops.delete(callback) };
        },
      },
      stderr: { write: (text) => (this.#log += text) },
    });
  }

  static async start(spec: InProcessSpec): Promise<InProcessManager> {
    return new InProcessManager(spec, await freePort());
  }

  get log(): string {
    return this.#log;
  }

  /** The names of a health endpoint's checks, those that fail with `!` in front. */
  async checks(path: string): Promise<readonly string[]> {
    const { body } = await readHttps(this.#port, `${path}?verbose`, this.#token);
    return [...body.matchAll(/^\[(?<mark>[+-])\](?<name>\S+)/gm)].map(
      ({ groups }) => `${groups?.['mark'] === '-' ? '!' : ''}${groups?.['name']}`,
    );
  }

  /** Waits until all are started, which is before the caches are filled; `/healthz` then has exactly these checks, in any order. */
  async untilChecks(expected: readonly string[]): Promise<void> {
    await until(`the checks are ${expected.join(' ')}`, async () => {
      if (!(await this.checks('/readyz')).includes('informers')) return false;
      const found = await this.checks('/healthz');
      return JSON.stringify(found.toSorted()) === JSON.stringify(expected.toSorted());
    });
  }

  /** The values of a metric, by its labels. */
  async metric(name: string): Promise<Readonly<Record<string, number>>> {
    const { status, body } = await readHttps(this.#port, '/metrics', this.#token);
    if (status !== 200) throw new Error(`/metrics: ${status} ${body}`);
    const series = body.split('\n').filter((line) => line.startsWith(`${name}{`));
    return Object.fromEntries(
      series.map((line) => {
        const end = line.lastIndexOf(' ');
        return [line.slice(name.length, end), Number(line.slice(end))];
      }),
    );
  }

  /** Asks it to stop and gives its exit code. */
  async stop(): Promise<number> {
    for (const stop of this.#stops) stop('SIGTERM');
    return this.exitCode;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
