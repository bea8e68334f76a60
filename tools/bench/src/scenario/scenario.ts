import type { Clock, KubeClient } from '@k8s-ccm/controller-runtime';
import type { CloudSeed } from '@k8s-ccm/inspur-emulator';
import type { CloudControl } from './cloud-control.ts';
import type { Settings } from './settings.ts';

/** What a scenario works with. */
export interface World {
  readonly settings: Settings;
  /** The administrator's, without a limit of its own. */
  readonly client: KubeClient;
  readonly cloud: CloudControl;
  readonly clock: Clock;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

/** A load and the moment at which the candidate has answered it. */
export interface Phase {
  /** Short, for JSON and comparisons. */
  readonly name: string;
  /** What is reached at its end, for the table. */
  readonly title: string;
  /** Sends the load; resolves when the API server has taken all of it. */
  load(): Promise<void>;
  /** When it was reached, epoch ms; undefined before. Called often, with the cloud's calls up to date. */
  reachedAt(): number | undefined;
  /** What is not as it should be, in words. Called when everything is quiet; may be heavy. */
  fault(): Promise<string | undefined>;
}

/** A scenario that has begun. */
export interface OpenScenario extends AsyncDisposable {
  /** In the order in which they are run. */
  readonly phases: readonly Phase[];
}

/** One kind of load. */
export interface Scenario {
  readonly name: string;
  /** What counts are given per, in the singular. */
  readonly unit: string;
  /** How many of them a run has. */
  units(settings: Settings): number;
  /** The settings in words. */
  describe(settings: Settings): string;
  /** What the cloud holds before. */
  seed(settings: Settings): CloudSeed;
  /** Creates what the cluster holds before; the candidate starts afterwards. */
  open(world: World): Promise<OpenScenario>;
}
