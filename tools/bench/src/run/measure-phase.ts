import type { AuditLog } from '../calls/audit-log.ts';
import { countApiReads, countApiWrites } from '../calls/audit-event.ts';
import type { PhaseResult } from '../results/bench-result.ts';
import type { CandidateProcess } from '../candidate/candidate-process.ts';
import { countCloudCalls } from '../calls/cloud-calls.ts';
import { readProcessUsage } from '../candidate/process-usage.ts';
import { untilQuiet } from './quiet.ts';
import type { Phase, World } from '../scenario/scenario.ts';

/** What a phase is measured with. */
export interface PhaseContext {
  readonly world: World;
  readonly audit: AuditLog;
  readonly candidate: CandidateProcess;
  readonly emulatorPid: number;
  /** How long a phase may take, milliseconds. */
  readonly limitMs: number;
}

const lookEveryMs = 200;

/** Runs a phase and waits until all is quiet. @throws Error where it is not reached, or not well */
export async function measurePhase(phase: Phase, context: PhaseContext): Promise<PhaseResult> {
  const { world, audit, candidate } = context;
  const { clock, cloud } = world;
  await candidate.loopHealth();
  const callsBefore = cloud.calls.length;
  const eventsBefore = audit.events.length;
  const before = await readUsages(context);

  const startedAt = clock.now();
  const { loadMs, reachedAt } = await Promise.race([
    reach(phase, context, startedAt),
    candidate.unexpectedEnd(),
  ]);

  const after = await readUsages(context);
  const health = await candidate.loopHealth();
  const calls = cloud.calls.slice(callsBefore);
  const events = audit.events.slice(eventsBefore);
  return {
    name: phase.name,
    title: phase.title,
    wallMs: reachedAt - startedAt,
    loadMs,
    lastCloudCallMs: Math.max(0, (calls.at(-1)?.at ?? 0) - startedAt),
    cloudCalls: countCloudCalls(calls),
    apiWrites: countApiWrites(events),
    apiReads: countApiReads(events),
    cpuSeconds: round(after.candidate.cpuSeconds - before.candidate.cpuSeconds),
    cpuWaitSeconds: round(after.candidate.cpuWaitSeconds - before.candidate.cpuWaitSeconds),
    peakRssBytes: after.candidate.peakRssBytes,
    ...health,
    load: {
      benchCpuSeconds: round(after.bench - before.bench),
      emulatorCpuSeconds: round(after.emulator.cpuSeconds - before.emulator.cpuSeconds),
    },
  };
}

/** Waits until cloud and API server hear nothing more from the candidate, and the record of both is whole. */
export async function settle({
  world,
  audit,
}: Pick<PhaseContext, 'world' | 'audit'>): Promise<void> {
  const { clock, cloud, signal } = world;
  await untilQuiet(
    async () => {
      await Promise.all([cloud.readCalls(signal), audit.read()]);
      return cloud.calls.length + audit.events.length;
    },
    { clock, signal },
  );
}

async function reach(phase: Phase, context: PhaseContext, startedAt: number) {
  const { world, limitMs } = context;
  const { clock, cloud, signal } = world;
  await phase.load();
  const loadMs = clock.now() - startedAt;
  for (;;) {
    let reachedAt = phase.reachedAt();
    while (reachedAt === undefined && clock.now() - startedAt < limitMs) {
      await clock.sleep(lookEveryMs, { signal });
      await cloud.readCalls(signal);
      reachedAt = phase.reachedAt();
    }
    await settle(context);
    const fault = await phase.fault();
    // Again, for what came while it became quiet.
    reachedAt = phase.reachedAt();
    if (reachedAt !== undefined && fault === undefined) return { loadMs, reachedAt };
    if (clock.now() - startedAt >= limitMs) {
      const lines = await context.candidate.lastLines();
      throw new Error(
        `not reached within ${limitMs / 1000} s: ${phase.title}${fault === undefined ? '' : `; ${fault}`}; the candidate's last lines:\n${lines}`,
      );
    }
  }
}

async function readUsages({ candidate, emulatorPid }: PhaseContext) {
  const { user, system } = process.cpuUsage();
  const [ofCandidate, ofEmulator] = await Promise.all([
    candidate.usage(),
    readProcessUsage(emulatorPid),
  ]);
  return { candidate: ofCandidate, emulator: ofEmulator, bench: (user + system) / 1e6 };
}

function round(seconds: number): number {
  return Number(seconds.toFixed(2));
}
