import { EventBroadcaster } from '@k8s-ccm/controller-runtime';
import { untilApiServerHealthy } from './api-server-health.ts';
import { isControllerEnabled } from './controllers-flag.ts';
import { endsWithin, untilAborted } from './ends-within.ts';
import { assembleManager } from './manager-parts.ts';
import type { ManagerOptions, ManagerParts } from './manager-parts.ts';
import { ExitCode, StartError } from './start-error.ts';

/** How long work in flight may take to end; together with the events below the kubelet's 30 s. */
const stopLimitMs = 20_000;

/** How long writing the last events may take. */
const eventsLimitMs = 3000;

/**
 * Runs a manager from the reading of its configuration to its end (contract §7.4), and gives its
 * exit code. A controller hears of the cluster only after all of them have registered their handlers.
 * @throws whatever keeps it from starting; the signal's reason where it is asked to stop before
 */
export async function runManager(options: ManagerOptions): Promise<number> {
  const { program, version, flags, log, signal } = options;
  await using parts = await assembleManager(options);
  signal.throwIfAborted();
  log.info('starting', {
    program,
    version,
    provider: parts.provider.name,
    apiServer: parts.config.server,
  });
  if (flags['leader-elect']) {
    throw new StartError(
      'there is no leader election yet: run one replica, with --leader-elect=false',
      ExitCode.Failed,
    );
  }
  const exitCode = await work(options, parts);
  log.info('stopped', { exitCode });
  return exitCode;
}

async function work(options: ManagerOptions, parts: ManagerParts): Promise<number> {
  const { clock, random, log, signal } = options;
  const { client, config, controllers, informers } = parts;
  await untilApiServerHealthy({ client, server: config.server, clock, log, signal });
  const events = new EventBroadcaster({
    client: client.forUserAgent('events').events,
    clock,
    random,
    log,
  });
  const failed = new AbortController();
  const working = AbortSignal.any([signal, failed.signal]);
  let exitCode: number = ExitCode.Ok;
  try {
    await startControllers(options, parts, { events, signal: working });
    const watching = informers.run(working);
    await Promise.race([untilAborted(signal), controllers.failure, watching]);
  } catch (error) {
    if (!signal.aborted) {
      log.error('manager failed', { error });
      exitCode = ExitCode.Fatal;
    }
  }
  failed.abort(new Error('the manager stops'));
  log.info('stopping', { controllers: controllers.running });
  if (!(await endsWithin(controllers.ended(), stopLimitMs, clock))) {
    log.error('controllers did not end in time', { controllers: controllers.running });
    exitCode ||= ExitCode.Failed;
  }
  await events.close({ limitMs: eventsLimitMs });
  return exitCode;
}

interface Work {
  readonly events: EventBroadcaster;
  readonly signal: AbortSignal;
}

async function startControllers(
  { flags, clock, random, log, controllers }: ManagerOptions,
  parts: ManagerParts,
  { events, signal }: Work,
): Promise<void> {
  const { provider, client, informers, metrics } = parts;
  await provider.initialize?.({ signal, log });
  for (const controller of controllers) {
    if (!isControllerEnabled(flags.controllers, controller)) {
      log.debug('controller not enabled', { controller: controller.name });
      continue;
    }
    await parts.controllers.start(controller, {
      provider,
      clusterName: flags['cluster-name'],
      flags,
      client: client.forUserAgent(controller.identity ?? controller.name),
      informers,
      recorder: (component) => events.recorder(component),
      metrics,
      clock,
      random,
      log: log.child({ controller: controller.name }),
      signal,
    });
    signal.throwIfAborted();
  }
}
