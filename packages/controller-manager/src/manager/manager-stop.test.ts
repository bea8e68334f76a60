import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ControllerConfigError } from '@k8s-ccm/cloud-provider';
import type { CloudProvider } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider } from '@k8s-ccm/cloud-provider/testing';
import { systemClock } from '@k8s-ccm/controller-runtime';
import { untilAborted } from '@k8s-ccm/foundation';
import {
  controller,
  messages,
  run,
  startApiServer,
  untilStopped,
  working,
} from '../testing/manager-scene.ts';

describe('the stop of a manager', () => {
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
    expect(err()).not.toContain('not reached');
    expect(err().trimEnd().split('\n').at(-1)).toBe(
      'ccm: invalid configuration for the controller routes: --cluster-cidr is not dual stack',
    );
  });

  it('ends with 255 also where a controller refuses the configuration later', async () => {
    await using server = await startApiServer();
    const { exitCode, err } = run({
      argv: [...working, `--master=${server.url}`],
      controllers: [
        controller('other', untilStopped),
        controller('routes', ({ clock, signal }) => ({
          kind: 'running',
          done: clock.sleep(50, { signal }).then(() => {
            throw new ControllerConfigError('the CIDR is gone');
          }),
        })),
      ],
    });
    expect(await exitCode).toBe(255);
    expect(err()).toContain('invalid configuration for the controller routes: the CIDR is gone');
  });

  it('ends with 255 where two controllers have one name', async () => {
    await using server = await startApiServer();
    const { exitCode, err } = run({
      argv: [...working, `--master=${server.url}`],
      controllers: [controller('twin', untilStopped), controller('twin', untilStopped)],
    });
    expect(await exitCode).toBe(255);
    expect(err()).toContain('ccm: more than one controller is named twin\n');
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

  it('tells why it ends also where it is asked to stop meanwhile', async () => {
    await using server = await startApiServer();
    const { exitCode, signals, err } = run({
      argv: [...working, `--master=${server.url}`],
      controllers: [
        controller('other', ({ signal }) => ({
          kind: 'running',
          done: untilAborted(signal).then(() => signals.send('SIGTERM')),
        })),
        controller('routes', () => {
          throw new ControllerConfigError('--cluster-cidr is not dual stack');
        }),
      ],
    });
    expect(await exitCode).toBe(255);
    expect(err()).toContain('ccm: invalid configuration for the controller routes');
  });

  const unclosable: CloudProvider = {
    name: 'fake',
    close: () => Promise.reject(new Error('the cloud does not let go')),
  };

  it('tells what could not be brought to its end', async () => {
    await using server = await startApiServer();
    const { exitCode, signals, err } = run({
      argv: [...working, `--master=${server.url}`],
      provider: unclosable,
      controllers: [
        controller('stopper', (context) => {
          signals.send('SIGTERM');
          return untilStopped(context);
        }),
      ],
    });
    expect(await exitCode).toBe(1);
    expect(err()).toContain('ccm: the cloud does not let go\n');
    expect(err()).not.toContain('"stopped"');
  });

  it('tells both why it ends and what could not be brought to its end', async () => {
    await using server = await startApiServer();
    const { exitCode, err } = run({
      argv: [...working, `--master=${server.url}`],
      provider: unclosable,
      controllers: [controller('twin', untilStopped), controller('twin', untilStopped)],
    });
    expect(await exitCode).toBe(255);
    expect(err().trimEnd().split('\n').slice(-2)).toEqual([
      'ccm: more than one controller is named twin',
      'ccm: the cloud does not let go',
    ]);
  });

  it('does not wait for a credential plugin that takes its time', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'manager-stop-'));
    const kubeconfig = join(folder, 'config');
    // It ends with its file.
    const script = ': > "$0.runs"; while test -e "$0"; do sleep 0.1; done';
    const apiVersion = 'client.authentication.k8s.io/v1';
    const exec = { apiVersion, command: 'sh', args: ['-c', script, kubeconfig] };
    await writeFile(
      kubeconfig,
      JSON.stringify({
        'current-context': 'main',
        contexts: [{ name: 'main', context: { cluster: 'c', user: 'u' } }],
        clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
        users: [{ name: 'u', user: { exec } }],
      }),
    );
    const { exitCode, signals } = run({ argv: [...working, `--kubeconfig=${kubeconfig}`] });
    while (!existsSync(`${kubeconfig}.runs`)) await systemClock.sleep(5);
    signals.send('SIGTERM');
    expect(await exitCode).toBe(0);
    await rm(folder, { recursive: true });
  });

  it('is no failure where it comes while the provider is being made', async () => {
    await using server = await startApiServer();
    const { exitCode, signals, err } = run({
      argv: [...working, `--master=${server.url}`],
      make: async ({ signal }) => {
        signals.send('SIGTERM');
        throw new Error('no file was read', { cause: signal?.reason });
      },
    });
    expect(await exitCode).toBe(0);
    expect(err()).not.toContain('ccm: ');
  });
});
