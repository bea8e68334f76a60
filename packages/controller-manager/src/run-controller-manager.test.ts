import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { CloudProviderRegistry, ControllerConfigError } from '@k8s-ccm/cloud-provider';
import type { CloudProvider, ProviderFactory } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider } from '@k8s-ccm/cloud-provider/testing';
import { systemClock, systemRandom } from '@k8s-ccm/controller-runtime';
import type { Clock, Random } from '@k8s-ccm/controller-runtime';
import type { ControllerContext, ControllerDescriptor } from './controller.ts';
import { untilAborted } from './ends-within.ts';
import { runControllerManager } from './run-controller-manager.ts';
import type { SignalSource, StopSignal } from './stop-signals.ts';

/** An API server that is healthy and takes events, in its own time. */
async function startApiServer(isHealthy = true) {
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

class FakeSignals implements SignalSource {
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

interface Scene {
  readonly argv?: readonly string[];
  readonly provider?: CloudProvider;
  readonly make?: ProviderFactory;
  readonly controllers?: readonly ControllerDescriptor[];
  readonly clock?: Clock;
  readonly random?: Random;
}

/** A manager as a program runs it, with what it wrote. */
function run({
  argv = [],
  provider = new FakeCloudProvider(),
  make,
  controllers = [],
  clock = systemClock,
  random = systemRandom,
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
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
  });
  return { exitCode, signals, out: () => out, err: () => err };
}

const working = [
  '--cloud-provider=fake',
  '--leader-elect=false',
  '--secure-port=0',
  '--logging-format=json',
];

function controller(name: string, start: ControllerDescriptor['start']): ControllerDescriptor {
  return { name, start };
}

const untilStopped = ({ signal }: ControllerContext) => ({
  kind: 'running' as const,
  done: untilAborted(signal),
});

function messages(log: string): readonly string[] {
  return log
    .trimEnd()
    .split('\n')
    .map((line) => String(JSON.parse(line).message));
}

describe('runControllerManager', () => {
  it.each([
    ['--help', /^Usage:\n {2}ccm \[flags\]/],
    ['--version', /^ccm 1\.2\.3\n$/],
  ])('%s prints and ends well, whatever else is wrong', async (flag, printed) => {
    const { exitCode, out, err } = run({ argv: ['--v=many', flag] });
    expect(await exitCode).toBe(0);
    expect(out()).toMatch(printed);
    expect(err()).toBe('');
  });

  it('tells every problem of the command line in a line of its own', async () => {
    const { exitCode, err } = run({ argv: ['--controllers=foo', '--secure-port=x', '--bar'] });
    expect(await exitCode).toBe(1);
    expect(err()).toBe(
      [
        'ccm: --secure-port cannot be "x": allowed is a whole number between 0 and 65535',
        'ccm: unknown flag --bar',
        'ccm: --cloud-provider cannot be empty',
        'ccm: --controllers: "foo" is not in the list of known controllers: known are ',
        '',
      ].join('\n'),
    );
  });

  it('does not complain that a flag is missing which is only misspelt', async () => {
    const { exitCode, err } = run({ argv: ['--cloud-provder=fake'] });
    expect(await exitCode).toBe(1);
    expect(err()).toBe('ccm: unknown flag --cloud-provder, did you mean --cloud-provider?\n');
  });

  it('tells what is wrong with the kubeconfig before it asks for anything else', async () => {
    const { exitCode, err } = run({
      argv: [...working, '--kubeconfig=/no/such/file'],
      make: async () => {
        throw new Error('not reached');
      },
    });
    expect(await exitCode).toBe(1);
    expect(err().trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^ccm: .*\/no\/such\/file/),
    ]);
  });

  it('tells what is wrong with the configuration of the cloud, without a stack', async () => {
    const { exitCode, err } = run({
      argv: [...working, '--master=http://127.0.0.1:1'],
      make: async () => {
        throw new Error('cloud.yaml:3: found 5\ncloud.yaml:7: found "x"');
      },
    });
    expect(await exitCode).toBe(1);
    expect(err()).toBe(
      'ccm: could not init cloud provider "fake": cloud.yaml:3: found 5\nccm: cloud.yaml:7: found "x"\n',
    );
  });

  it('does not start on a port that is taken, and gives the provider back', async () => {
    await using server = await startApiServer();
    const provider = new FakeCloudProvider();
    const argv = ['--cloud-provider=fake', '--leader-elect=false', '--bind-address=127.0.0.1'];
    const { exitCode, err } = run({
      argv: [...argv, `--secure-port=${server.port}`, `--master=${server.url}`],
      provider,
    });
    expect(await exitCode).toBe(1);
    expect(err()).toMatch(/^ccm: --secure-port=\d+ cannot be served: .*EADDRINUSE.*\n$/);
    expect(provider.closed).toBe(1);
  });

  it.each([
    [[], 255, 'no ClusterID found'],
    [['--allow-untagged-cloud'], 0, 'detected a cluster without a ClusterID'],
  ])(
    'with a cloud that cannot tell clusters apart and %j ends with %i',
    async (argv, code, says) => {
      await using server = await startApiServer();
      const { exitCode, signals, err } = run({
        argv: [...working, `--master=${server.url}`, ...argv],
        provider: new FakeCloudProvider({ hasClusterId: false }),
        controllers: [
          controller('stopper', (context) => {
            signals.send('SIGTERM');
            return untilStopped(context);
          }),
        ],
      });
      expect(await exitCode).toBe(code);
      expect(err()).toContain(says);
    },
  );

  it('starts and stops in order', async () => {
    await using server = await startApiServer();
    const steps: string[] = [];
    const words = ['One', 'Two', 'Three', 'Four', 'Five'];
    const provider: CloudProvider = {
      name: 'fake',
      initialize: async () => void steps.push(`initialize after ${server.requests.length} request`),
      close: async () => void steps.push('close'),
    };
    const service = {
      kind: 'Service',
      apiVersion: 'v1',
      metadata: { name: 's', namespace: 'd', uid: 'u' },
    };
    const { exitCode, signals, err } = run({
      argv: [...working, `--master=${server.url}`, '--controllers=*,-off'],
      make: async () => {
        steps.push('make');
        return provider;
      },
      controllers: [
        controller('first', (context) => {
          steps.push('start first');
          const work = async () => {
            await untilAborted(context.signal);
            await context.clock.sleep(20);
            const events = context.recorder('first');
            // More than are written at once.
            for (const word of words) events.event(service, 'Normal', word, 'said at the end');
            steps.push('end first');
          };
          return { kind: 'running', done: work() };
        }),
        controller('off', () => {
          throw new Error('not reached');
        }),
        controller('idle', () => ({ kind: 'skipped', reason: 'no routes' })),
        controller('last', (context) => {
          steps.push(`start last, informers new: ${!context.informers.services.hasSynced}`);
          signals.send('SIGTERM');
          return untilStopped(context);
        }),
      ],
    });
    expect(await exitCode).toBe(0);
    expect(steps).toEqual([
      'make',
      'initialize after 1 request',
      'start first',
      'start last, informers new: true',
      'end first',
      'close',
    ]);
    const event = 'POST /api/v1/namespaces/d/events';
    expect(server.answered.filter((request) => request === event)).toEqual(words.map(() => event));
    expect(messages(err())).toEqual(
      expect.arrayContaining([
        'starting',
        'controller started',
        'controller skipped',
        'signal received',
        'stopped',
      ]),
    );
    expect(signals.listeners).toBe(0);
  });

  it('counts the calls of a provider under its own name, from its making on', async () => {
    await using server = await startApiServer();
    const shown = Promise.withResolvers<string>();
    const { exitCode, signals } = run({
      argv: [...working, `--master=${server.url}`, '--cloud-provider=feign'],
      make: async ({ metrics }) => {
        metrics?.observeApiRequest({ operation: 'Look', code: '200', durationSeconds: 1 });
        return new FakeCloudProvider();
      },
      controllers: [
        controller('watcher', (context) => {
          const show = async () => {
            shown.resolve(await context.metrics.render());
            signals.send('SIGTERM');
            await untilAborted(context.signal);
          };
          return { kind: 'running', done: show() };
        }),
      ],
    });
    expect(await shown.promise).toContain(
      'cloudprovider_api_request_duration_seconds_count{provider="fake",operation="Look",code="200"} 1',
    );
    expect(await exitCode).toBe(0);
  });

  it('lets events wait while any controller is busy', async () => {
    await using server = await startApiServer();
    const service = { kind: 'Service', metadata: { name: 's', namespace: 'd', uid: 'u' } };
    const wrote = () => server.requests.some(({ method }) => method === 'POST');
    const seen: string[] = [];
    let isBusy = true;
    const { exitCode, signals } = run({
      argv: [...working, `--master=${server.url}`],
      controllers: [
        controller('busy', (context) => {
          context.holdEventsWhile(() => isBusy);
          return untilStopped(context);
        }),
        controller('idle', (context) => {
          context.holdEventsWhile(() => false);
          context.recorder('idle').event(service, 'Normal', 'Said', 'in between');
          const work = async () => {
            await context.clock.sleep(200);
            seen.push(wrote() ? 'written' : 'held');
            isBusy = false;
            while (!wrote()) await context.clock.sleep(5);
            seen.push('written');
            signals.send('SIGTERM');
            await untilAborted(context.signal);
          };
          return { kind: 'running', done: work() };
        }),
      ],
    });
    expect(await exitCode).toBe(0);
    expect(seen).toEqual(['held', 'written']);
  });

  it('gives every controller a client that names it', async () => {
    await using server = await startApiServer();
    const { exitCode, signals } = run({
      argv: [...working, `--master=${server.url}`],
      controllers: [
        {
          name: 'service-lb-controller',
          identity: 'service-controller',
          start: async (context) => {
            await context.client.request({ method: 'GET', path: '/healthz' });
            signals.send('SIGINT');
            return untilStopped(context);
          },
        },
      ],
    });
    expect(await exitCode).toBe(0);
    expect(server.requests.map(({ headers }) => headers['user-agent'])).toEqual([
      'ccm/1.2.3',
      'ccm/1.2.3/service-controller',
    ]);
  });

  it('does not wait for ever for work that does not end, and says whose it is', async () => {
    await using server = await startApiServer();
    const hanging = Promise.withResolvers<void>();
    const { exitCode, signals, err } = run({
      argv: [...working, `--master=${server.url}`],
      clock: { ...systemClock, sleep: (ms, options) => systemClock.sleep(ms / 1000, options) },
      controllers: [
        controller('stubborn', () => {
          signals.send('SIGTERM');
          return { kind: 'running', done: hanging.promise };
        }),
      ],
    });
    expect(await exitCode).toBe(1);
    expect(err()).toContain('"controllers did not end in time","controllers":["stubborn"]');
    hanging.resolve();
  });

  it('does not wait for work in flight after a second signal', async () => {
    await using server = await startApiServer();
    const hanging = Promise.withResolvers<void>();
    const { exitCode, signals } = run({
      argv: [...working, `--master=${server.url}`],
      controllers: [
        controller('stubborn', () => {
          signals.send('SIGTERM');
          signals.send('SIGINT');
          return { kind: 'running', done: hanging.promise };
        }),
      ],
    });
    expect(await exitCode).toBe(130);
    hanging.resolve();
  });

  it('ends with 255 and one line when a controller refuses the configuration, and stops the others', async () => {
    await using server = await startApiServer();
    const ended: string[] = [];
    const { exitCode, err } = run({
      argv: [...working, `--master=${server.url}`],
      controllers: [
        controller('other', ({ signal }) => ({
          kind: 'running',
          done: untilAborted(signal).then(() => void ended.push('other')),
        })),
        controller('routes', () => {
          throw new ControllerConfigError('--cluster-cidr is not dual stack');
        }),
        controller('last', () => {
          throw new Error('not reached');
        }),
      ],
    });
    expect(await exitCode).toBe(255);
    expect(ended).toEqual(['other']);
    expect(err().trimEnd().split('\n').at(-1)).toBe(
      'ccm: the controller routes cannot work with this configuration: --cluster-cidr is not dual stack',
    );
  });

  it('ends with 255 also where a controller refuses the configuration later', async () => {
    await using server = await startApiServer();
    const { exitCode, err } = run({
      argv: [...working, `--master=${server.url}`],
      controllers: [
        controller('other', untilStopped),
        controller('routes', () => ({
          kind: 'running',
          done: Promise.reject(new ControllerConfigError('the CIDR is gone')),
        })),
      ],
    });
    expect(await exitCode).toBe(255);
    expect(err()).toContain('cannot work with this configuration: the CIDR is gone');
  });

  it('ends with 255 where two controllers have one name', async () => {
    await using server = await startApiServer();
    const { exitCode, err } = run({
      argv: [...working, `--master=${server.url}`],
      controllers: [controller('twin', untilStopped), controller('twin', untilStopped)],
    });
    expect(await exitCode).toBe(255);
    expect(err()).toContain('ccm: two controllers are named twin\n');
  });

  it('starts in the order of the list, with a drawn pause between two starts', async () => {
    await using server = await startApiServer();
    const steps: string[] = [];
    const telling = (name: string) =>
      controller(name, (context) => {
        steps.push(name);
        if (name === 'last') signals.send('SIGTERM');
        return untilStopped(context);
      });
    const { exitCode, signals } = run({
      argv: [...working, `--master=${server.url}`, '--controller-start-interval=10m'],
      clock: {
        ...systemClock,
        sleep: async (ms, options) => {
          if (ms < 600_000) return systemClock.sleep(ms, options);
          steps.push(`${ms / 60_000} min`);
          return undefined;
        },
      },
      random: { next: () => 0.5 },
      controllers: ['zeta', 'alpha', 'last'].map(telling),
    });
    expect(await exitCode).toBe(0);
    expect(steps).toEqual(['zeta', '15 min', 'alpha', '15 min', 'last']);
  });

  it('can be stopped in the pause between two starts', async () => {
    await using server = await startApiServer();
    const { exitCode, signals, err } = run({
      argv: [...working, `--master=${server.url}`, '--controller-start-interval=10m'],
      controllers: [
        controller('first', untilStopped),
        controller('second', () => {
          throw new Error('not reached');
        }),
      ],
    });
    while (!err().includes('controller started')) await systemClock.sleep(5);
    signals.send('SIGTERM');
    expect(await exitCode).toBe(0);
    expect(err()).not.toContain('not reached');
  });

  it.each([
    [[], ['usual']],
    [['--controllers=*'], ['usual']],
    [['--controllers=*,rare'], ['usual', 'rare']],
    [['--controllers=seldom'], ['rare']],
  ])('with %j starts %j: what is off by default must be named', async (argv, expected) => {
    await using server = await startApiServer();
    const started: string[] = [];
    const telling = (name: string, more: Partial<ControllerDescriptor> = {}) => ({
      name,
      ...more,
      start: (context: ControllerContext) => {
        started.push(name);
        return untilStopped(context);
      },
    });
    const { exitCode, signals, err } = run({
      argv: [...working, `--master=${server.url}`, ...argv],
      controllers: [
        telling('usual'),
        telling('rare', { aliases: ['seldom'], enabledByDefault: false }),
      ],
    });
    while (started.length < expected.length) await systemClock.sleep(5);
    signals.send('SIGTERM');
    expect(await exitCode).toBe(0);
    expect(started).toEqual(expected);
    expect(err()).not.toContain('failed');
  });

  it('goes on until it is asked to stop, also where nobody asks for an informer', async () => {
    await using server = await startApiServer();
    const { exitCode, signals, err } = run({
      argv: [...working, `--master=${server.url}`],
      controllers: [controller('quiet', untilStopped)],
    });
    while (!err().includes('controller started')) await systemClock.sleep(5);
    await systemClock.sleep(50);
    expect(messages(err())).not.toContain('stopping');
    signals.send('SIGTERM');
    expect(await exitCode).toBe(0);
  });

  it('can be stopped while it waits for the API server', async () => {
    await using server = await startApiServer(false);
    const provider = new FakeCloudProvider();
    const { exitCode, signals } = run({ argv: [...working, `--master=${server.url}`], provider });
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    signals.send('SIGTERM');
    expect(await exitCode).toBe(0);
    expect(provider.contexts).toEqual([]);
    expect(provider.closed).toBe(1);
  });
});
