import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CloudProviderRegistry } from '@k8s-ccm/cloud-provider';
import type { CloudProvider, ProviderFactory } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider } from '@k8s-ccm/cloud-provider/testing';
import type { Environment } from '@k8s-ccm/component-config';
import { systemClock, systemRandom } from '@k8s-ccm/controller-runtime';
import type { Clock, Random } from '@k8s-ccm/controller-runtime';
import { untilAborted } from '@k8s-ccm/foundation';
import type { ControllerContext, ControllerDescriptor } from '../controller.ts';
import { runControllerManager } from '../manager/run-controller-manager.ts';
import type { SignalSource, StopSignal } from '../manager/stop-signals.ts';

/** An API server that is healthy and takes events, in its own time. */
export async function startApiServer(isHealthy = true) {
  const requests: IncomingMessage[] = [];
  const answered: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests.push(request);
    const isWrite = request.method === 'POST';
    if (isWrite) await systemClock.sleep(50);
    answered.push(`${request.method} ${request.url}`);
    const known = request.url === '/healthz' ? isHealthy : isWrite;
    response.writeHead(known ? 200 : 503, { 'content-type': 'application/json' }).end('{}');
  };
  const server = createServer((request, response) => {
    request.resume().on('end', () => void answer(request, response));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    port: Number(port),
    requests,
    answered,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

/** Signals that a test sends. */
export class FakeSignals implements SignalSource {
  readonly #callbacks = new Set<(signal: StopSignal) => void>();

  onSignal(callback: (signal: StopSignal) => void): Disposable {
    this.#callbacks.add(callback);
    return { [Symbol.dispose]: () => this.#callbacks.delete(callback) };
  }

  get listeners(): number {
    return this.#callbacks.size;
  }

  send(signal: StopSignal): void {
    for (const callback of this.#callbacks) callback(signal);
  }
}

/** What a manager is run with; by default a fake cloud and no controllers. */
export interface Scene {
  readonly argv?: readonly string[];
  readonly provider?: CloudProvider;
  readonly make?: ProviderFactory;
  readonly controllers?: readonly ControllerDescriptor[];
  readonly clock?: Clock;
  readonly random?: Random;
  readonly env?: Environment;
}

/** A manager as a program runs it, with what it wrote. */
export function run({
  argv = [],
  provider = new FakeCloudProvider(),
  make,
  controllers = [],
  clock = systemClock,
  random = systemRandom,
  env = process.env,
}: Scene) {
  const providers = new CloudProviderRegistry();
  providers.register('fake', make ?? (async () => provider), { aliases: ['feign'] });
  const signals = new FakeSignals();
  let out = '';
  let err = '';
  const exitCode = runControllerManager({
    argv,
    program: 'ccm',
    version: '1.2.3',
    providers,
    controllers,
    signalSource: signals,
    clock,
    random,
    env,
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
  });
  return { exitCode, signals, out: () => out, err: () => err };
}

/** Flags with which a manager begins to work at once, but for `--master`. */
export const working = [
  '--cloud-provider=fake',
  '--leader-elect=false',
  '--secure-port=0',
  '--logging-format=json',
];

/** A controller without anything but a name and a start. */
export function controller(
  name: string,
  start: ControllerDescriptor['start'],
): ControllerDescriptor {
  return { name, start };
}

/** What a controller's start gives that works until it is told to end. */
export const untilStopped = ({ signal }: ControllerContext) => ({
  kind: 'running' as const,
  done: untilAborted(signal),
});

/** The messages of a log in JSON. */
export function messages(log: string): readonly string[] {
  return log
    .trimEnd()
    .split('\n')
    .map((line) => String(JSON.parse(line).message));
}
