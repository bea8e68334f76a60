import { describe, expect, it } from '@jest/globals';
import { FakeCloudProvider } from '@k8s-ccm/cloud-provider/testing';
import { systemClock } from '@k8s-ccm/controller-runtime';
import { untilAborted } from '@k8s-ccm/foundation';
import type { ControllerContext, ControllerDescriptor } from '../controller.ts';
import {
  controller,
  run,
  startApiServer,
  untilStopped,
  working,
} from '../testing/manager-scene.ts';

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
});
