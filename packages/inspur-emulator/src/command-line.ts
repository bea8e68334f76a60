import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { EmulatorOptions } from './emulator.ts';
import { isObject } from './input/fields.ts';

/** Error thrown for an invalid command line. The message has one line. */
export class CommandLineError extends Error {
  override readonly name = 'CommandLineError';
  readonly code = 'COMMAND_LINE';
}

/** Help text of the command. */
export const usage = `usage: inspur-emulator [--port N] [--host H] [--seed FILE] [--region R] [--latency MS] [--token-lifetime S] [--random-seed N]

  --port N            port to listen on; default 0: a free port
  --host H            address to listen on; default 127.0.0.1
  --seed FILE         JSON {slbs, listeners, members, servers, eips, routes} as the initial state of the cloud
  --region R          region in the paths; default cn-north-3
  --latency MS        latency of responses in milliseconds; default 0
  --token-lifetime S  lifetime of issued tokens in seconds; default 300
  --random-seed N     seed of the random number generator; default 1
`;

/**
 * Parses the command line. Returns `undefined` if help is requested.
 * @throws CommandLineError if the command line is invalid
 */
export function readCommandLine(args: readonly string[]): EmulatorOptions | undefined {
  const flags = parse(args);
  if (flags.help === true) return undefined;
  const { host, region, seed } = flags;
  return {
    port: integer('port', flags.port ?? '0', 0, 65_535),
    ...(host === undefined ? {} : { host }),
    ...(region === undefined ? {} : { region }),
    ...(seed === undefined ? {} : { seed: readSeed(seed) }),
    latency: { ms: integer('latency', flags.latency ?? '0', 0, 3_600_000) },
    tokenLifetimeSeconds: integer(
      'token-lifetime',
      flags['token-lifetime'] ?? '300',
      1,
      31_536_000,
    ),
    randomSeed: integer('random-seed', flags['random-seed'] ?? '1', 0, 4_294_967_295),
  };
}

function parse(args: readonly string[]) {
  const string = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: string,
        host: string,
        seed: string,
        region: string,
        latency: string,
        'token-lifetime': string,
        'random-seed': string,
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new CommandLineError(line, { cause: error });
  }
}

function integer(flag: string, text: string, min: number, max: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new CommandLineError(`--${flag}: expected an integer from ${min} to ${max}, got "${text}"`);
}

function readSeed(file: string): object {
  let seed: unknown;
  try {
    seed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandLineError(`--seed: cannot read ${file}: ${reason}`, { cause: error });
  }
  if (!isObject(seed)) throw new CommandLineError(`--seed: ${file} does not contain a JSON object`);
  return seed;
}
