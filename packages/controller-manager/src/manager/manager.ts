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
import { waitForApiServer } from './api-server-health.ts';
import { assembleManager } from './manager-parts.ts';
import type { ManagerParts } from './manager-parts.ts';

/**
 * Time limit for work in flight at shutdown. Together with the remaining Events it is less than the kubelet's 30
 * s.
 */
const stopLimitMs = 20_000;

/**
 * Runs a manager (contract.md#start) and returns its exit code. Informers start after all controllers have
 * registered their handlers.
 * @throws the error that keeps the manager from starting, or the reason of the signal if it aborts before
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

/** Runs the controllers: immediately, or while holding the Lease if leader election is enabled. */
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
    // Another replica may already lead, so even a graceful shutdown is not allowed.
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
  await waitForApiServer({ client, server: config.server, clock, log, signal });
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
  life.abort(new Error('the manager is stopping'));
  log.info('stopping', { controllers: controllers.running });
  const left = migrated?.catch((error: unknown) => {
    throwIfLost(error, election);
    // Even then, all work ends before a Lease is released.
    if (error !== problem) log.error('leader migration failed', { error });
  });
  const ended = Promise.all([controllers.ended(), left]);
  if (!(await endsWithin(ended, stopLimitMs, clock))) {
    log.error('controllers did not end in time', { controllers: controllers.unfinished });
    exitCode ||= ExitCode.Failed;
    // The Lease is not released, because work that is still in flight must end before another process starts.
    election?.migration?.elector.abandon('work did not end in time');
    election?.main.abandon('work did not end in time');
  }
  if (refusal !== undefined) throw refusal;
  return exitCode;
}

/** Losing the second Lease counts as losing the main one, because another process may already act. */
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
 * Runs the controllers that migrate between managers while holding the Lease of the migration
 * (contract.md#leader-migration). Only the holder of the main Lease tries to acquire it, so that managers of one
 * kind never wait for each other.
 */
async function leadMigrated(
  options: ManagerOptions,
  parts: ManagerParts,
  { signal, refuse }: { readonly signal: AbortSignal; readonly refuse: (error: unknown) => void },
): Promise<void> {
  const { election, controllers } = parts;
  await election?.migration?.elector.run(async (leading) => {
    // Not thrown here, because controllers that are already running must end first.
    await startControllers(options, parts, { lease: 'migration', signal: leading }).catch(refuse);
    await untilAborted(leading);
    // The Lease is released only afterwards.
    await controllers.ended();
  }, signal);
  await untilAborted(signal);
}

/** The Lease that controllers are started under. */
interface Leading {
  readonly lease: Exclude<ControllerLease, 'elsewhere'>;
  readonly signal: AbortSignal;
}

/** Starts the controllers of a Lease one after another, in the order of the program. */
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
      log.info('another manager runs the controller because of the leader migration', {
        controller: name,
      });
    return isEnabled && leaseOf(controller) === lease;
  });
  const intervalMs = flags['controller-start-interval'];
  for (const [position, controller] of enabled.entries()) {
    // Jittered as upstream does, so that replicas are not synchronized.
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

/** Creates the context of each start of a controller, without state from an earlier start. */
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
