import { HandlerScope, LeadershipLostError } from '@k8s-ccm/controller-runtime';
import { untilApiServerHealthy } from './api-server-health.ts';
import type { ControllerDescriptor } from './controller.ts';
import { isControllerEnabled } from './controllers-flag.ts';
import { endsWithin, untilAborted } from './ends-within.ts';
import { assembleManager } from './manager-parts.ts';
import type { ManagerOptions, ManagerParts } from './manager-parts.ts';
import { providerInformers } from './provider-informers.ts';
import { scopedInformers } from './scoped-informers.ts';
import { ExitCode, StartError } from './start-error.ts';
import type { MakeContext } from './supervised-controller.ts';

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
  let refusal: StartError | undefined;
  try {
    await startControllers(options, parts, working);
    const watching = informers.run(working);
    await Promise.race([untilAborted(signal), controllers.failure, watching]);
  } catch (error) {
    if (error instanceof StartError) {
      refusal = error;
    } else if (!signal.aborted) {
      log.error('manager failed', { error });
      exitCode = ExitCode.Fatal;
    }
  }
  failed.abort(new Error('the manager stops'));
  log.info('stopping', { controllers: controllers.running });
  if (!(await endsWithin(controllers.ended(), stopLimitMs, clock))) {
    log.error('controllers did not end in time', { controllers: controllers.unfinished });
    exitCode ||= ExitCode.Failed;
  }
  if (refusal !== undefined) throw refusal;
  return exitCode;
}

/** Starts the controllers one after the other, in the order in which the program names them. */
async function startControllers(
  options: ManagerOptions,
  parts: ManagerParts,
  signal: AbortSignal,
): Promise<void> {
  const { flags, clock, random, log } = options;
  const { provider } = parts;
  await provider.initialize?.({ signal, log });
  provider.setInformers?.(providerInformers(parts.informers));
  const enabled = options.controllers.filter((controller) => {
    const isEnabled = isControllerEnabled(flags.controllers, controller);
    if (!isEnabled) log.debug('controller not enabled', { controller: controller.name });
    return isEnabled;
  });
  const intervalMs = flags['controller-start-interval'];
  for (const [position, controller] of enabled.entries()) {
    // Drawn out as upstream does, so that replicas of a fleet do not act in step.
    if (position > 0 && intervalMs > 0) {
      await clock.sleep(intervalMs * (1 + random.next()), { signal });
    }
    await parts.controllers.start(controller, contextMaker(options, parts, controller), signal);
    signal.throwIfAborted();
  }
}

/** What each start of a controller gets anew, so that nothing of a former one is left. */
function contextMaker(
  { flags, clock, random, log }: ManagerOptions,
  { provider, client, informers, metrics, events, gate, holdEventsWhile }: ManagerParts,
  controller: ControllerDescriptor,
): MakeContext {
  const ownClient = client.forUserAgent(controller.identity ?? controller.name, {
    mayCall: gate.mayAct,
  });
  const ownLog = log.child({ controller: controller.name });
  return (resources, signal) => ({
    provider,
    clusterName: flags['cluster-name'],
    flags,
    client: ownClient,
    informers: scopedInformers(informers, resources.use(new HandlerScope())),
    recorder: (component) => events.recorder(component),
    holdEventsWhile: (busy) => void resources.use(holdEventsWhile(busy)),
    metrics,
    clock,
    random,
    log: ownLog,
    signal,
  });
}
