import { describe, expect, it } from '@jest/globals';
import { ControllerConfigError } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider } from '@k8s-ccm/cloud-provider/testing';
import { parseFlags } from '@k8s-ccm/component-config';
import {
  EventBroadcaster,
  KubeClient,
  MetricsRegistry,
  seededRandom,
} from '@k8s-ccm/controller-runtime';
import type { ControllerStart } from '@k8s-ccm/controller-runtime';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { silentLogger, untilAborted } from '@k8s-ccm/foundation';
import type { Logger } from '@k8s-ccm/foundation';
import type { ControllerDescriptor } from '../controller.ts';
import { managerFlags } from '../flags/manager-flags.ts';
import { InformerSet } from '../informers/shared-informers.ts';
import { StartError } from '../start-error.ts';
import { SupervisedController } from './supervised-controller.ts';
import type { MakeContext } from './supervised-controller.ts';

/** One controller under supervision, in virtual time, and what became of it. */
function supervise(start: ControllerDescriptor['start'], log = silentLogger) {
  const clock = new FakeClock();
  const stop = new AbortController();
  const states: string[] = [];
  const failuresAt: number[] = [];
  const ended: number[] = [];
  const shared = { clock, random: seededRandom(1), log: silentLogger };
  const config = {
    server: 'http://127.0.0.1:1',
    tls: async () => ({ rejectUnauthorized: true }),
    credentials: { headers: async () => ({}), refuse: () => undefined },
    source: 'test',
  };
  const client = KubeClient.create({ config, userAgent: 'test', ...shared });
  const events = new EventBroadcaster({ client: client.events, ...shared });
  const { values: flags } = parseFlags(managerFlags, { program: 'ccm', argv: [] });
  const makeContext: MakeContext = (resources, signal) => {
    const life = ended.length;
    resources.defer(() => void ended.push(life));
    return {
      provider: new FakeCloudProvider(),
      clusterName: 'east',
      flags,
      client,
      informers: new InformerSet({ client, ...shared }),
      recorder: (component) => events.recorder(component),
      holdEventsWhile: () => undefined,
      onProviderChange: () => undefined,
      metrics: new MetricsRegistry(),
      signal,
      ...shared,
    };
  };
  const controller = new SupervisedController({
    controller: { name: 'tested', start },
    makeContext,
    clock,
    log,
    onState: (state) => states.push(state),
    onFailure: () => failuresAt.push(clock.monotonic()),
  });
  const done = controller.run(stop.signal);
  done.catch(() => undefined);
  return { clock, stop, states, failuresAt, ended, controller, done };
}

const failing = (): ControllerStart => ({
  kind: 'running',
  done: Promise.reject(new Error('out of luck')),
});

describe('SupervisedController', () => {
  it.each([
    [
      'throws at its start',
      () => {
        throw new Error('no such thing');
      },
    ],
    ['fails later', failing],
    ['ends by itself', (): ControllerStart => ({ kind: 'running', done: Promise.resolve() })],
  ])('starts a controller again that %s, after 1 s, 2 s … 60 s', async (_how, start) => {
    const { clock, failuresAt, controller, stop, done } = supervise(start);
    await clock.advance(250_000);
    const pauses = failuresAt.slice(1).map((at, index) => at - (failuresAt[index] ?? 0));
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1000));
    expect(controller.state).toBe('waiting');
    stop.abort();
    await done;
    expect(controller.state).toBe('ended');
  });

  it('begins with a short pause again after it has run for longer than the longest one', async () => {
    const { clock, failuresAt, stop, done } = supervise((context) => ({
      kind: 'running',
      done: context.clock.sleep(61_000).then(() => {
        throw new Error('out of luck');
      }),
    }));
    await clock.advance(200_000);
    expect(failuresAt).toEqual([61_000, 123_000, 185_000]);
    stop.abort();
    await clock.advance(61_000);
    await done;
  });

  it('ends what a start was given, its signal too, before the next start', async () => {
    const seen: string[] = [];
    let lives = 0;
    const { clock, ended, stop, done, states } = supervise(({ signal }) => {
      const life = lives++;
      seen.push(`start ${life}`);
      signal.addEventListener('abort', () => seen.push(`abort ${life}`));
      if (life < 2) return failing();
      return { kind: 'running', done: untilAborted(signal) };
    });
    await clock.advance(10_000);
    expect(seen).toEqual(['start 0', 'abort 0', 'start 1', 'abort 1', 'start 2']);
    expect(ended).toEqual([0, 1]);
    expect(states).toEqual(['running', 'waiting', 'running', 'waiting', 'running']);
    stop.abort();
    await done;
    expect(ended).toEqual([0, 1, 2]);
  });

  it('leaves alone one that has nothing to do', async () => {
    const { controller, done, states, failuresAt } = supervise(() => ({
      kind: 'skipped',
      reason: 'no routes',
    }));
    await done;
    expect([controller.state, states, failuresAt]).toEqual(['skipped', ['skipped'], []]);
  });

  it.each([
    ['warn', {}],
    ['info', { asConfigured: true }],
  ] as const)('tells with %s of one that has nothing to do, %j', async (level, how) => {
    const lines: unknown[] = [];
    const log: Logger = {
      ...silentLogger,
      warn: (message, fields) => lines.push('warn', message, fields),
      info: (message, fields) => lines.push('info', message, fields),
    };
    const start = { kind: 'skipped', reason: 'no routes', ...how } as const;
    await supervise(() => start, log).done;
    const fields = { controller: 'tested', reason: 'no routes' };
    expect(lines).toEqual([level, 'controller skipped', fields]);
  });

  it('does not start again what refuses the configuration', async () => {
    const { done, failuresAt } = supervise(() => {
      throw new ControllerConfigError('not dual stack');
    });
    await expect(done).rejects.toThrow(StartError);
    await expect(done).rejects.toThrow(
      'invalid configuration for the controller tested: not dual stack',
    );
    expect(failuresAt).toHaveLength(1);
  });

  it('does not count an error that comes of being stopped', async () => {
    const { clock, stop, done, failuresAt } = supervise(({ signal }) => ({
      kind: 'running',
      done: untilAborted(signal).then(() => {
        throw new Error('interrupted');
      }),
    }));
    await clock.advance(1);
    stop.abort();
    await done;
    expect(failuresAt).toEqual([]);
  });
});
