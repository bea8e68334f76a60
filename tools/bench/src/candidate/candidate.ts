import { join } from 'node:path';
import type { CloudConfigFormat } from './cloud-config.ts';
import { fillCommand } from './command-template.ts';
import type { CommandPlaces } from './command-template.ts';

/** The command to compare with. */
export interface Opponent {
  readonly command: string;
  readonly cloudConfig: CloudConfigFormat;
}

/** What decides which commands are put under load. */
export interface CandidateChoice {
  readonly against?: Opponent;
  /** Folder for CPU profiles of our ccm. */
  readonly profile?: string;
}

/** A command that is put under load. */
export interface Candidate {
  readonly name: 'ours' | 'against';
  readonly cloudConfig: CloudConfigFormat;
  /** True where its event loop can be asked for its stalls. */
  readonly hasProbe: boolean;
  /** The program and its arguments. */
  command(places: CommandPlaces): readonly string[];
}

const bundle = join(import.meta.dirname, '../../../../apps/ccm/dist/bundle/ccm.mjs');
const probe = join(import.meta.dirname, 'event-loop-probe.mjs');

/** The candidates of a run, ours first. */
export function candidatesOf({ profile, against }: CandidateChoice): readonly Candidate[] {
  return [ourCandidate(profile), ...(against === undefined ? [] : [opponent(against)])];
}

/** Our ccm as it is shipped, with its defaults. */
function ourCandidate(profile: string | undefined): Candidate {
  return {
    name: 'ours',
    cloudConfig: 'yaml',
    hasProbe: true,
    command: ({ kubeconfig, cloudConfig }) => [
      process.execPath,
      `--import=${probe}`,
      ...(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]),
      bundle,
      `--kubeconfig=${kubeconfig}`,
      '--cloud-provider=inspur',
      `--cloud-config=${cloudConfig}`,
      '--cluster-name=bench',
      '--leader-elect=false',
      '--secure-port=0',
    ],
  };
}

function opponent({ command, cloudConfig }: Opponent): Candidate {
  return {
    name: 'against',
    cloudConfig,
    hasProbe: false,
    command: (places) => fillCommand(command, places),
  };
}
