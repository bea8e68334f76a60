import { parseArgs } from 'node:util';
import type { CandidateChoice, Opponent } from './candidate/candidate.ts';
import type { CloudConfigFormat } from './candidate/cloud-config.ts';
import { fillCommand } from './candidate/command-template.ts';
import type { Settings } from './scenario/settings.ts';

/** A command line that cannot be followed; the message is one clear line. */
export class CommandLineError extends Error {
  override readonly name = 'CommandLineError';
  readonly code = 'COMMAND_LINE';
}

/** What the bench is asked for. */
export interface BenchOptions extends CandidateChoice {
  readonly settings: Settings;
  /** How often everything is done; of several rounds the median counts. */
  readonly rounds: number;
  readonly json: boolean;
  readonly record: boolean;
}

/** How the command is used. */
export const usage = `usage: npm run bench -- [flags]

  --scenario NAME       which load; default services
  --services N          Services, each on a load balancer of its own; default 500
  --ports N             ports of each Service; default 2
  --nodes N             nodes that exist before; default 100
  --latency MS          how long the emulated cloud holds every answer back; default 20
  --rounds N            does everything N times and takes the median; default 1
  --against 'COMMAND'   puts another command under the same load, after ours in each round;
                        {kubeconfig}, {cloudConfig} and {port} in it are filled in
  --against-cloud-config go|yaml
                        how its cloud-config is written; default go
  --record              keeps the result in tools/bench/results
  --profile FOLDER      writes CPU profiles of our ccm there (they slow it down)
  --json                prints the result as JSON
`;

/**
 * Reads the command's flags; undefined where help is asked for.
 * @param scenarios the names that `--scenario` takes
 * @throws CommandLineError
 */
export function readCommandLine(
  args: readonly string[],
  scenarios: readonly string[],
): BenchOptions | undefined {
  const flags = parse(args);
  if (flags.help === true) return undefined;
  const scenario = oneOf('scenario', flags.scenario ?? 'services', scenarios);
  return {
    settings: {
      scenario,
      services: integer('services', flags.services ?? '500', 1, 10_000),
      ports: integer('ports', flags.ports ?? '2', 1, 20),
      nodes: integer('nodes', flags.nodes ?? '100', 1, 5000),
      latencyMs: integer('latency', flags.latency ?? '20', 0, 60_000),
    },
    rounds: integer('rounds', flags.rounds ?? '1', 1, 99),
    json: flags.json ?? false,
    record: flags.record ?? false,
    ...(flags.profile === undefined ? {} : { profile: flags.profile }),
    ...readOpponent(flags.against, flags['against-cloud-config']),
  };
}

function readOpponent(
  command: string | undefined,
  format: string | undefined,
): { readonly against?: Opponent } {
  if (command === undefined) {
    if (format !== undefined) throw new CommandLineError('--against-cloud-config: needs --against');
    return {};
  }
  try {
    fillCommand(command, { kubeconfig: '', cloudConfig: '', port: '' });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandLineError(`--against: ${reason}`, { cause: error });
  }
  const cloudConfig = oneOf<CloudConfigFormat>('against-cloud-config', format ?? 'go', [
    'go',
    'yaml',
  ]);
  return { against: { command, cloudConfig } };
}

function parse(args: readonly string[]) {
  const string = { type: 'string' } as const;
  const boolean = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        scenario: string,
        services: string,
        ports: string,
        nodes: string,
        latency: string,
        rounds: string,
        against: string,
        'against-cloud-config': string,
        record: boolean,
        profile: string,
        json: boolean,
        help: boolean,
      },
    }).values;
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new CommandLineError(line, { cause: error });
  }
}

function integer(flag: string, text: string, min: number, max: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new CommandLineError(`--${flag}: expected an integer from ${min} to ${max}, got "${text}"`);
}

function oneOf<T extends string>(flag: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === text);
  if (found !== undefined) return found;
  throw new CommandLineError(`--${flag}: expected ${allowed.join(' or ')}, got "${text}"`);
}
