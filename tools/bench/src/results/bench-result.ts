import type { Counts } from '../calls/count-by.ts';
import type { Settings } from '../scenario/settings.ts';

/** What one phase cost one candidate. */
export interface PhaseResult {
  readonly name: string;
  readonly title: string;
  /** From the first request to the moment that the phase waits for. */
  readonly wallMs: number;
  /** From the first request until the API server had taken the whole load: less than this is not possible. */
  readonly loadMs: number;
  /** From the first request to the last cloud call before all was quiet; 0 where there was none. */
  readonly lastCloudCallMs: number;
  /** Cloud calls by operation, until all was quiet. */
  readonly cloudCalls: Counts;
  /** Requests to the API server that write, by verb and resource, until all was quiet. */
  readonly apiWrites: Counts;
  /** Requests to the API server that read, without watches. */
  readonly apiReads: Counts;
  readonly cpuSeconds: number;
  /** How long its threads waited for a CPU: where this is much, the machine is crowded and times say little. */
  readonly cpuWaitSeconds: number;
  /** The most memory that was resident at any time so far. */
  readonly peakRssBytes: number;
  /** Of the candidate's event loop; absent where it has none or it is not ours. */
  readonly longestStallMs?: number;
  /** The longest pause for garbage; a part of the stalls. */
  readonly longestGcMs?: number;
  /** What measuring cost at the same time: where it is near the wall time, the bench is what is slow. */
  readonly load: { readonly benchCpuSeconds: number; readonly emulatorCpuSeconds: number };
}

/** What one candidate has shown. */
export interface CandidateResult {
  readonly phases: readonly PhaseResult[];
  /** From its start until it watched Services and Nodes. */
  readonly startMs: number;
  readonly peakRssBytes: number;
  /** Over its whole life. */
  readonly cpuSeconds: number;
}

/** A whole run. */
export interface BenchResult {
  readonly formatVersion: 1;
  /** When it ended, ISO 8601. */
  readonly at: string;
  /** Short commit of our side. */
  readonly commit: string;
  readonly machine: { readonly cpus: number; readonly platform: string; readonly node: string };
  readonly settings: Settings;
  readonly rounds: number;
  readonly ours: CandidateResult;
  readonly against?: CandidateResult;
}
