import { nearestName } from '@k8s-ccm/foundation';
import type { ConfigurationSchema } from './configuration-schema.ts';
import type { FlagSource, FlagWarning, WrittenValue } from './flag-source.ts';
import { badValue } from './parse-flags.ts';
import type { FlagProblem } from './parse-flags.ts';

/** The environment variables of a process, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Flags without an environment variable, because they make the program print something and exit. */
const commandLineOnly: ReadonlySet<string> = new Set(['help', 'version']);

/**
 * The largest edit distance at which a variable counts as misspelled. A more distant variable has another
 * purpose, for example `CCM_SERVICE_PORT`, which Kubernetes sets for a Service named `ccm`.
 */
const maxDistance = 2;

/**
 * Returns the environment variable of a flag, for example `CCM_CLOUD_CONFIG` for the prefix `CCM_` and the flag
 * `cloud-config`, or `undefined` if the flag has none.
 */
export function environmentVariable(prefix: string, flag: string): string | undefined {
  if (commandLineOnly.has(flag)) return undefined;
  return `${prefix}${flag.toUpperCase().replaceAll('-', '_')}`;
}

/** The flags that are set in the environment. */
export interface EnvironmentFlags extends FlagSource {
  readonly warnings: readonly FlagWarning[];
}

/**
 * Reads flags from environment variables. A variable whose name is similar to that of a flag causes a warning
 * and not an error, because other programs set environment variables too.
 */
export function readEnvironment(
  { flags, environmentPrefix: prefix }: Pick<ConfigurationSchema, 'flags' | 'environmentPrefix'>,
  environment: Environment,
): EnvironmentFlags {
  const values = new Map<string, WrittenValue>();
  const problems: FlagProblem[] = [];
  const known = new Set<string>();
  for (const [name, flag] of Object.entries(flags)) {
    const variable = environmentVariable(prefix, name);
    if (variable === undefined) continue;
    known.add(variable);
    const text = environment[variable];
    if (text === undefined) continue;
    if (flag.parse(text) === undefined) problems.push(badValue(name, flag, { text, as: variable }));
    else values.set(name, { text, origin: variable });
  }
  return { values, problems, warnings: nearMisses(environment, { prefix, known }) };
}

function nearMisses(
  environment: Environment,
  { prefix, known }: { readonly prefix: string; readonly known: ReadonlySet<string> },
): readonly FlagWarning[] {
  return Object.keys(environment).flatMap((variable) => {
    if (!variable.startsWith(prefix) || known.has(variable)) return [];
    const meant = nearestName(variable, known, { maxDistance });
    if (meant === undefined) return [];
    return [{ message: 'environment variable is unknown', fields: { variable, meant } }];
  });
}
