import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import { KubeClient, loadKubeConfig, systemClock, systemRandom } from '@k8s-ccm/controller-runtime';
import { startControlPlane } from '@k8s-ccm/envtest';
import { isWatching } from '../calls/audit-event.ts';
import { AuditLog, auditedUser, auditFlags } from '../calls/audit-log.ts';
import type { CandidateResult, PhaseResult } from '../results/bench-result.ts';
import type { Candidate } from '../candidate/candidate.ts';
import { CandidateProcess } from '../candidate/candidate-process.ts';
import { CloudControl } from '../scenario/cloud-control.ts';
import { cloudConfigText } from '../candidate/cloud-config.ts';
import { startEmulatorProcess } from '../candidate/emulator-process.ts';
import { freePort } from '../candidate/free-port.ts';
import { measurePhase, settle } from './measure-phase.ts';
import type { PhaseContext } from './measure-phase.ts';
import type { Scenario, World } from '../scenario/scenario.ts';
import type { Settings } from '../scenario/settings.ts';

/** How a candidate is run. */
export interface RunOptions {
  readonly settings: Settings;
  readonly signal: AbortSignal;
  /** Takes each line about what happens. */
  readonly say: (line: string) => void;
}

const phaseLimitMs = 600_000;
const startLimitMs = 60_000;

/** Puts a candidate through a scenario, on a control plane and a cloud that nobody has used before. */
export async function runCandidate(
  candidate: Candidate,
  scenario: Scenario,
  { settings, signal, say }: RunOptions,
): Promise<CandidateResult> {
  const clock = systemClock;
  await using resources = new AsyncDisposableStack();
  const controlPlane = resources.use(
    await startControlPlane({
      signal,
      users: [{ name: auditedUser, groups: ['system:masters'] }],
      apiServerFlags: auditFlags,
    }),
  );
  const emulator = resources.use(await startEmulatorProcess());
  const cloud = new CloudControl(emulator.url);
  await cloud.replace(scenario.seed(settings), signal);
  await cloud.setLatency(settings.latencyMs, signal);
  const client = resources.use(await connect(controlPlane.kubeconfig));
  const audit = resources.use(await AuditLog.open(controlPlane));
  const world: World = { settings, client, cloud, clock, signal };
  const { phases } = resources.use(await scenario.open(world));

  const cloudConfig = join(controlPlane.folder, 'cloud-config');
  await writeFile(cloudConfig, cloudConfigText(candidate.cloudConfig, emulator), { mode: 0o600 });
  const { kubeconfig } = await controlPlane.user(auditedUser);
  const port = String(await freePort());
  const startedAt = clock.monotonic();
  const running = resources.use(
    await CandidateProcess.start({
      command: candidate.command({ kubeconfig, cloudConfig, port }),
      log: join(controlPlane.folder, 'candidate.log'),
      hasProbe: candidate.hasProbe,
    }),
  );
  const context: PhaseContext = {
    world,
    audit,
    candidate: running,
    emulatorPid: emulator.pid,
    limitMs: phaseLimitMs,
  };
  const startMs = await Promise.race([watching(context, startedAt), running.unexpectedEnd()]);
  await settle(context);

  const results: PhaseResult[] = [];
  for (const phase of phases) {
    const result = await measurePhase(phase, context);
    say(`  ${phase.title}: ${(result.wallMs / 1000).toFixed(2)} s`);
    results.push(result);
  }
  const { cpuSeconds, peakRssBytes } = await running.usage();
  return { phases: results, startMs, cpuSeconds, peakRssBytes };
}

/** Waits until the candidate watches what every load is about; gives the time since its start. */
async function watching(context: PhaseContext, startedAt: number): Promise<number> {
  const { audit, candidate, world } = context;
  const { clock, signal } = world;
  for (;;) {
    await audit.read();
    const elapsed = clock.monotonic() - startedAt;
    if (isWatching(audit.events, 'services') && isWatching(audit.events, 'nodes')) return elapsed;
    if (elapsed > startLimitMs) {
      const lines = await candidate.lastLines();
      throw new Error(
        `the candidate watched no Services and Nodes within ${startLimitMs / 1000} s; its last lines:\n${lines}`,
      );
    }
    await clock.sleep(20, { signal });
  }
}

async function connect(kubeconfig: string): Promise<KubeClient> {
  const runtime = { clock: systemClock, log: silentLogger };
  const config = await loadKubeConfig({ kubeconfig, ...runtime });
  return KubeClient.create({
    config,
    userAgent: 'bench',
    qps: 0,
    random: systemRandom,
    ...runtime,
  });
}
