import { CloudProviderRegistry } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider } from '@k8s-ccm/cloud-provider/testing';
import { systemClock } from '@k8s-ccm/controller-runtime';
import { untilAborted } from '@k8s-ccm/foundation';
import { httpsGet } from '@k8s-ccm/secure-serving/testing';
import type { HttpsAnswer, HttpsAsk } from '@k8s-ccm/secure-serving/testing';
import type { ControllerDescriptor } from '../controller.ts';
import { runControllerManager } from '../manager/run-controller-manager.ts';
import type { StopSignal } from '../manager/stop-signals.ts';

/** Controllers by upstream's names, with nothing to do. */
const controllers = [
  ['cloud-node-controller', 'cloud-node'],
  ['cloud-node-lifecycle-controller', 'cloud-node-lifecycle'],
  ['service-lb-controller', 'service'],
  ['node-route-controller', 'route'],
].map(([name = '', alias = '']): ControllerDescriptor => ({
  name,
  aliases: [alias],
  start: ({ signal }) => ({ kind: 'running', done: untilAborted(signal) }),
}));

/** A manager that runs in this process. */
export interface ServedManager {
  readonly exitCode: Promise<number>;
  readonly log: () => string;
  readonly get: (path: string, ask?: Partial<HttpsAsk>) => Promise<HttpsAnswer>;
  /** Asks until the answer fits. */
  readonly until: (path: string, fits: (answer: HttpsAnswer) => boolean) => Promise<HttpsAnswer>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/** The checks of `/healthz` once a controller is among them, where it leads; else once it is served. */
export async function checksOf({ until }: ServedManager, leads = true): Promise<readonly string[]> {
  const fits = ({ body }: HttpsAnswer): boolean => !leads || body.includes('-controller ok');
  const { body } = await until('/healthz?verbose', fits);
  return [...body.matchAll(/^\[\+\](\S+) ok$/gm)].map(([, name = '']) => name).toSorted();
}

/** Where a manager serves, and as whom it speaks. */
export interface ServedManagerOptions {
  readonly port: number;
  readonly kubeconfig: string;
  /** May ask the API server who somebody is, and what they may. */
  readonly reviewerKubeconfig: string;
}

/** Starts a manager that asks as the reviewer, unless the flags say otherwise. */
export function startServedManager(
  { port, kubeconfig, reviewerKubeconfig }: ServedManagerOptions,
  flags: readonly string[],
): ServedManager {
  const providers = new CloudProviderRegistry();
  providers.register('fake', async () => new FakeCloudProvider());
  const stops = new Set<(signal: StopSignal) => void>();
  let log = '';
  const exitCode = runControllerManager({
    argv: [
      `--kubeconfig=${kubeconfig}`,
      '--cloud-provider=fake',
      '--leader-elect=false',
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--authentication-kubeconfig=${reviewerKubeconfig}`,
      `--authorization-kubeconfig=${reviewerKubeconfig}`,
      ...flags,
    ],
    providers,
    controllers,
    env: {},
    signalSource: {
      onSignal: (callback) => {
        stops.add(callback);
        return { [Symbol.dispose]: () => stops.delete(callback) };
      },
    },
    stderr: { write: (text) => (log += text) },
  });
  const get = (path: string, ask: Partial<HttpsAsk> = {}) => httpsGet(path, { port, ...ask });
  const until: ServedManager['until'] = async (path, fits) => {
    for (;;) {
      const answer = await get(path).catch(() => undefined);
      if (answer !== undefined && fits(answer)) return answer;
      await systemClock.sleep(20);
    }
  };
  return {
    exitCode,
    log: () => log,
    get,
    until,
    [Symbol.asyncDispose]: async () => {
      for (const stop of stops) stop('SIGTERM');
      await exitCode;
    },
  };
}
