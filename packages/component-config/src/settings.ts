import { readFile } from 'node:fs/promises';
import { errorLines } from '@k8s-ccm/foundation';
import { parseConfigFile } from './config-file.ts';
import type { ConfigFile } from './config-file.ts';
import type { ConfigurationSchema } from './configuration-schema.ts';
import { readEnvironment } from './environment.ts';
import type { Environment } from './environment.ts';
import type { FlagWarning, WrittenValue } from './flag-source.ts';
import type { FlagTable, FlagValues } from './flag.ts';
import { flagValues } from './parse-flags.ts';
import type { FlagProblem, ParsedFlags } from './parse-flags.ts';

/** The flags of a program, merged from all sources. */
export interface Settings<Table extends FlagTable> {
  readonly flags: FlagValues<Table>;
  /** Where each flag was set that is not on the command line. */
  readonly origins: ReadonlyMap<string, string>;
  readonly problems: readonly FlagProblem[];
  readonly warnings: readonly FlagWarning[];
  /** False if the `--config` file could not be parsed. Its values are unknown then. */
  readonly isComplete: boolean;
}

/**
 * Merges the command line, the environment and the `--config` file. A flag on the command line takes precedence
 * over its environment variable, the variable over the file, and the file over the default. Lists from different
 * sources are not merged.
 */
export async function readSettings<Table extends FlagTable>(
  schema: ConfigurationSchema<Table>,
  commandLine: ParsedFlags<Table>,
  environment: Environment,
): Promise<Settings<Table>> {
  const variables = readEnvironment(schema, environment);
  const path = commandLine.given.get('config') ?? variables.values.get('config')?.text ?? '';
  const file = path === '' ? noFile : await readConfigFile(schema, path);
  const beneath = new Map([...file.values, ...variables.values]);
  const texts = new Map([...textsOf(beneath), ...commandLine.given]);
  const flags = flagValues(schema.flags, texts);
  const origins = [...beneath].filter(([name]) => !commandLine.given.has(name));
  return {
    flags,
    origins: new Map(origins.map(([name, { origin }]) => [name, origin])),
    problems: [...commandLine.problems, ...variables.problems, ...file.problems],
    warnings: [...variables.warnings, ...(schema.warnings?.(flags, texts) ?? [])],
    isComplete: file.isReadable,
  };
}

const noFile: ConfigFile = { values: new Map(), problems: [], isReadable: true };

async function readConfigFile(schema: ConfigurationSchema, path: string): Promise<ConfigFile> {
  try {
    return await parseConfigFile(schema, await readFile(path), path);
  } catch (error) {
    const [why = ''] = errorLines(error);
    const problem = { flag: 'config', text: `--config=${path} cannot be read: ${why}` };
    return { values: new Map(), problems: [problem], isReadable: false };
  }
}

function textsOf(values: ReadonlyMap<string, WrittenValue>): ReadonlyMap<string, string> {
  return new Map([...values].map(([name, { text }]) => [name, text]));
}

/** Appends to the text of a problem where the flags in it are set, for flags that are not on the command line. */
export function withOrigins(text: string, origins: ReadonlyMap<string, string>): string {
  const named = new Set(Array.from(text.matchAll(/--([a-z][a-z0-9-]*)/g), ([, name = '']) => name));
  const places = [...named].flatMap((name) => {
    const origin = origins.get(name);
    return origin === undefined ? [] : [`--${name} is set by ${origin}`];
  });
  return places.length === 0 ? text : `${text} (${places.join(', ')})`;
}
