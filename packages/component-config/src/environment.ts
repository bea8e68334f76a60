import { nearestName } from '@k8s-ccm/foundation';
import type { ConfigurationSchema } from './configuration-schema.ts';
import type { FlagSource, FlagWarning, WrittenValue } from './flag-source.ts';
import { badValue } from './parse-flags.ts';
import type { FlagProblem } from './parse-flags.ts';

/** The variables of a process, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Flags that ask for something once. `CCM_VERSION` is moreover what the bundle calls its own version. */
const commandLineOnly: ReadonlySet<string> = new Set(['help', 'version']);

/**
 * How far a variable may be from the one that is meant. More is somebody else's, for example
 * `CCM_SERVICE_PORT`, which Kubernetes sets beside a Service named `ccm`.
 */
const maxDistance = 2;

/** The variable of a flag: `CCM_CLOUD_CONFIG` for the prefix `CCM_` and the flag `cloud-config`; `undefined` if it has none. */
export function environmentVariable(prefix: string, flag: string): string | undefined {
  if (commandLineOnly.has(flag)) return undefined;
  return `${prefix}${flag.toUpperCase().replaceAll('-', '_')}`;
}

/** What an environment says. */
export interface EnvironmentFlags extends FlagSource {
  readonly warnings: readonly FlagWarning[];
}

/**
 * Reads the variables of the flags. A variable that is nearly one gives a warning: the
 * environment is not ours alone, so a name that is not known is no error.
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
    return [{ message: 'environment variable is not known', fields: { variable, meant } }];
  });
}
