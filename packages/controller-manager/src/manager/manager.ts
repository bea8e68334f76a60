import { HandlerScope, LeadershipLostError } from '@k8s-ccm/controller-runtime';
import type { CallGate } from '@k8s-ccm/controller-runtime';
import { LinkedAbort, untilAborted } from '@k8s-ccm/foundation';
import type { ControllerDescriptor } from '../controller.ts';
import type { ControllerIdentity } from '../controllers/controller-identities.ts';
import { endsWithin } from '../controllers/ends-within.ts';
import type { MakeContext } from '../controllers/supervised-controller.ts';
import type { Election } from '../election/create-election.ts';
import type { ControllerLease } from '../election/leader-migration.ts';
import { isControllerEnabled } from '../flags/controllers-flag.ts';
import { providerInformers } from '../informers/provider-informers.ts';
import { scopedInformers } from '../informers/scoped-informers.ts';
import type { ManagerOptions } from '../manager-options.ts';
import { ExitCode, StartError } from '../start-error.ts';
import { untilApiServerHealthy } from './api-server-health.ts';
import { assembleManager } from './manager-parts.ts';
import type { ManagerParts } from './manager-parts.ts';

/** How long work in flight may take to end; together with writing the last events less than the kubelet's 30 s. */
const stopLimitMs = 20_000;

/**
 * Runs a manager from the reading of its configuration to its end (contract.md#start), and gives its
 * exit code. A controller hears of the cluster only after all of them have registered their handlers.
 * @throws whatever keeps it from starting; the signal's reason where it is asked to stop before
 */
export async function runManager(options: ManagerOptions): Promise<number> {
  const exitCode = await assembleAndLead(options);
  options.log.info('stopped', { exitCode });
  return exitCode;
}

async function assembleAndLead(options: ManagerOptions): Promise<number> {
  const { program, version, log, signal } = options;
  await using parts = await assembleManager(options);
  signal.throwIfAborted();
  log.info('starting', {
    program,
    version,
    provider: parts.provider.name,
    apiServer: parts.config.server,
  });
  return await lead(options, parts);
}

/** Does the work: at once, or for as long as the lease is held where there is an election. */
async function lead(options: ManagerOptions, parts: ManagerParts): Promise<number> {
  const { signal } = options;
  const { election } = parts;
  if (election === undefined) return work(options, parts, signal);
  let exitCode: number = ExitCode.Ok;
  try {
    await election.main.run(async (leading) => {
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
  const { client, config, controllers, election, informers } = parts;
  await untilApiServerHealthy({ client, server: config.server, clock, log, signal });
  using life = new LinkedAbort(signal);
  const working = life.signal;
  let exitCode: number = ExitCode.Ok;
  let refusal: StartError | undefined;
  let migrated: Promise<void> | undefined;
  let problem: unknown;
  try {
    await initializeProvider(options, parts, working);
    await startControllers(options, parts, { lease: 'main', signal: working });
    const watching = informers.run(working);
    const { promise: refused, reject: refuse } = Promise.withResolvers<never>();
    migrated = leadMigrated(options, parts, { signal: working, refuse });
    await untilAborted(signal, [controllers.failure, watching, migrated, refused]);
  } catch (error) {
    problem = error;
    throwIfLost(error, election);
    if (error instanceof StartError) {
      refusal = error;
    } else if (!signal.aborted) {
      log.error('manager failed', { error });
      exitCode = ExitCode.Fatal;
    }
  }
  life.abort(new Error('the manager stops'));
  log.info('stopping', { controllers: controllers.running });
  const left = migrated?.catch((error: unknown) => {
    throwIfLost(error, election);
    // Also then all work comes to its end before a lease is released.
    if (error !== problem) log.error('the leader migration ended with an error', { error });
  });
  const ended = Promise.all([controllers.ended(), left]);
  if (!(await endsWithin(ended, stopLimitMs, clock))) {
    log.error('controllers did not end in time', { controllers: controllers.unfinished });
    exitCode ||= ExitCode.Failed;
    // Not released: what still goes on must be over before another process begins.
    election?.migration?.elector.abandon('work did not end in time');
    election?.main.abandon('work did not end in time');
  }
  if (refusal !== undefined) throw refusal;
  return exitCode;
}

/** The loss of the second lease is that of the main one: somebody else may act already. */
function throwIfLost(error: unknown, election: Election | undefined): void {
  if (!(error instanceof LeadershipLostError)) return;
  election?.main.abandon('the lease of the migration is lost', { cause: error });
  throw error;
}

async function initializeProvider(
  { log }: ManagerOptions,
  { provider, informers }: ManagerParts,
  signal: AbortSignal,
): Promise<void> {
  await provider.initialize?.({ signal, log });
  provider.setInformers?.(providerInformers(informers));
}

/**
 * Runs the controllers that move between managers, while the lease of the migration is held (contract.md#leader-migration). It is
 * tried for only by who holds the main one, so that two managers of one kind never wait for each other.
 */
async function leadMigrated(
  options: ManagerOptions,
  parts: ManagerParts,
  { signal, refuse }: { readonly signal: AbortSignal; readonly refuse: (error: unknown) => void },
): Promise<void> {
  const { election, controllers } = parts;
  await election?.migration?.elector.run(async (leading) => {
    // Not thrown: those that were started already must end before.
    await startControllers(options, parts, { lease: 'migration', signal: leading }).catch(refuse);
    await untilAborted(leading);
    // The lease is released only after that.
    await controllers.ended();
  }, signal);
  await untilAborted(signal);
}

/** Under which lease controllers are started, and for how long. */
interface Leading {
  readonly lease: Exclude<ControllerLease, 'elsewhere'>;
  readonly signal: AbortSignal;
}

/** Starts those that run under a lease one after the other, in the order in which the program names them. */
async function startControllers(
  options: ManagerOptions,
  parts: ManagerParts,
  { lease, signal }: Leading,
): Promise<void> {
  const { flags, clock, random, log } = options;
  const leaseOf = parts.election?.migration?.leaseOf ?? (() => 'main' as const);
  const enabled = options.controllers.filter((controller) => {
    const isEnabled = isControllerEnabled(flags.controllers, controller);
    const { name } = controller;
    if (!isEnabled) log.debug('controller not enabled', { controller: name });
    else if (lease === 'main' && leaseOf(controller) === 'elsewhere')
      log.info('controller left to another manager by the leader migration', { controller: name });
    return isEnabled && leaseOf(controller) === lease;
  });
  const intervalMs = flags['controller-start-interval'];
  for (const [position, controller] of enabled.entries()) {
    // Drawn out as upstream does, so that replicas of a fleet do not act in step.
    if (position > 0 && intervalMs > 0) {
      await clock.sleep(intervalMs * (1 + random.next()), { signal });
    }
    const identity = parts.identities.of(controller, mayActUnder(lease, parts));
    const makeContext = contextMaker(options, parts, { controller, identity });
    await parts.controllers.start(controller, makeContext, signal);
    signal.throwIfAborted();
    if (parts.controllers.running.includes(controller.name)) identity.prepare();
  }
}

function mayActUnder(lease: Leading['lease'], { gate, election }: ManagerParts): CallGate {
  const migration = election?.migration;
  return lease === 'main' || migration === undefined
    ? gate.mayAct
    : gate.mayActUnder(migration.elector);
}

/** What each start of a controller gets anew, so that nothing of a former one is left. */
function contextMaker(
  { flags, clock, random, log }: ManagerOptions,
  { provider, informers, metrics, holdEventsWhile }: ManagerParts,
  {
    controller,
    identity: { client, recorder },
  }: { readonly controller: ControllerDescriptor; readonly identity: ControllerIdentity },
): MakeContext {
  const ownLog = log.child({ controller: controller.name });
  return (resources, signal) => ({
    provider,
    clusterName: flags['cluster-name'],
    flags,
    client,
    informers: scopedInformers(informers, resources.use(new HandlerScope())),
    recorder,
    holdEventsWhile: (busy) => void resources.use(holdEventsWhile(busy)),
    onProviderChange: (listener) => void resources.use(provider.onChange(listener)),
    metrics,
    clock,
    random,
    log: ownLog,
    signal,
  });
}
