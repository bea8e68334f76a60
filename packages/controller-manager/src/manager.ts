import { LeadershipLostError } from '@k8s-ccm/controller-runtime';
import { untilApiServerHealthy } from './api-server-health.ts';
import { isControllerEnabled } from './controllers-flag.ts';
import { endsWithin, untilAborted } from './ends-within.ts';
import { assembleManager } from './manager-parts.ts';
import type { ManagerOptions, ManagerParts } from './manager-parts.ts';
import { ExitCode } from './start-error.ts';

/** How long work in flight may take to end; together with writing the last events less than the kubelet's 30 s. */
const stopLimitMs = 20_000;

/**
 * Runs a manager from the reading of its configuration to its end (contract §7.4), and gives its
 * exit code. A controller hears of the cluster only after all of them have registered their handlers.
 * @throws whatever keeps it from starting; the signal's reason where it is asked to stop before
 */
export async function runManager(options: ManagerOptions): Promise<number> {
  const { program, version, log, signal } = options;
  await using parts = await assembleManager(options);
  signal.throwIfAborted();
  log.info('starting', {
    program,
    version,
    provider: parts.provider.name,
    apiServer: parts.config.server,
  });
  const exitCode = await lead(options, parts);
  log.info('stopped', { exitCode });
  return exitCode;
}

/** Does the work: at once, or for as long as the lease is held where there is an election. */
async function lead(options: ManagerOptions, parts: ManagerParts): Promise<number> {
  const { signal } = options;
  const { elector } = parts;
  if (elector === undefined) return work(options, parts, signal);
  let exitCode: number = ExitCode.Ok;
  try {
    await elector.run(async (leading) => {
      exitCode = await work(options, parts, leading);
    }, signal);
    return exitCode;
  } catch (error) {
    // Somebody else may act already: nothing of ours may go on, not even an orderly stop.
    if (error instanceof LeadershipLostError) options.endNow(ExitCode.Failed);
    throw error;
  }
}

async function work(
  options: ManagerOptions,
  parts: ManagerParts,
  signal: AbortSignal,
): Promise<number> {
  const { clock, log } = options;
  const { client, config, controllers, informers } = parts;
  await untilApiServerHealthy({ client, server: config.server, clock, log, signal });
  const failed = new AbortController();
  const working = AbortSignal.any([signal, failed.signal]);
  let exitCode: number = ExitCode.Ok;
  try {
    await startControllers(options, parts, working);
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
  return exitCode;
}

async function startControllers(
  { flags, clock, random, log, controllers }: ManagerOptions,
  parts: ManagerParts,
  signal: AbortSignal,
): Promise<void> {
  const { provider, client, informers, metrics, events, holdEventsWhile } = parts;
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
      holdEventsWhile,
      metrics,
      clock,
      random,
      log: log.child({ controller: controller.name }),
      signal,
    });
    signal.throwIfAborted();
  }
}
