import { readFile } from 'node:fs/promises';
import { errorText, fileProblemText, nearestName, readYaml, yamlValue } from '@k8s-ccm/foundation';
import type { FileProblem, YamlEntry, YamlNode } from '@k8s-ccm/foundation';
import { ExitCode, StartError } from '../start-error.ts';
import type { ControllerLeader, LeaderMigration } from './leader-migration.ts';

const group = 'controllermanager.config.k8s.io';
const kind = 'LeaderMigrationConfiguration';
/** Versions of the file. Only older versions have `resourceLock`. */
const versions = [`${group}/v1`, `${group}/v1beta1`, `${group}/v1alpha1`];
const keys = ['apiVersion', 'kind', 'leaderName', 'resourceLock', 'controllerLeaders'];
const leaderKeys = ['name', 'component'];

/**
 * Reads the `--leader-migration-config` file.
 * @throws StartError with all problems, each with its line
 */
export async function readLeaderMigration(path: string): Promise<LeaderMigration> {
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (error) {
    const message = `--leader-migration-config=${path} cannot be read: ${errorText(error)}`;
    throw new StartError(message, ExitCode.Failed, { cause: error });
  }
  return await parseLeaderMigration(content, path);
}

/**
 * Decodes a LeaderMigrationConfiguration, YAML or JSON (contract.md#leader-migration). Unknown and duplicate
 * keys and locks other than `leases` are errors.
 * @param source the name of the file in messages
 * @throws StartError with all problems, each with its line
 */
export async function parseLeaderMigration(
  input: string | Uint8Array,
  source: string,
): Promise<LeaderMigration> {
  const { root, problems } = await readYaml(input);
  if (problems.length > 0) throw refusal(problems, source);
  const reader = new MigrationReader();
  const migration = reader.read(root ?? { kind: 'scalar', line: 1, value: null });
  if (reader.problems.length > 0) throw refusal(reader.problems, source);
  return migration;
}

function refusal(problems: readonly FileProblem[], source: string): StartError {
  const lines = problems
    .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))
    .map((problem) => fileProblemText(source, problem));
  return new StartError(lines.join('\n'), ExitCode.Failed);
}

class MigrationReader {
  readonly problems: FileProblem[] = [];

  read(node: YamlNode): LeaderMigration {
    const root = this.#section(node, '', keys);
    if (root === undefined) return { leaderName: '', controllerLeaders: [] };
    const version = this.#word(root, 'apiVersion', versions);
    this.#word(root, 'kind', [kind]);
    const lock = root.fields.get('resourceLock');
    if (lock !== undefined && version === versions[0]) {
      this.#complain(lock.line, 'resourceLock', 'a key that v1 does not have', 'to leave it out');
    } else if (lock !== undefined) {
      this.#word(root, 'resourceLock', ['leases']);
    }
    return {
      leaderName: this.#word(root, 'leaderName'),
      controllerLeaders: this.#leaders(root),
    };
  }

  #leaders(root: Section): readonly ControllerLeader[] {
    const list = root.fields.get('controllerLeaders');
    if (list === undefined || isEmpty(list.value)) return [];
    if (list.value.kind !== 'list') {
      this.#complain(list.line, 'controllerLeaders', show(list.value), 'a list');
      return [];
    }
    return list.value.items.flatMap((item, i) => {
      const leader = this.#section(item, `controllerLeaders[${i}]`, leaderKeys);
      if (leader === undefined) return [];
      return [{ name: this.#word(leader, 'name'), component: this.#word(leader, 'component') }];
    });
  }

  #section(node: YamlNode, path: string, allowed: readonly string[]): Section | undefined {
    const { line } = node;
    if (node.kind !== 'section') {
      this.#complain(line, path, show(node), `a section with ${allowed.join(', ')}`);
      return undefined;
    }
    for (const [name, entry] of node.entries) {
      if (allowed.includes(name)) continue;
      const suggestion = nearestName(name, allowed);
      this.problems.push({
        line: entry.line,
        path: join(path, name),
        found: 'an unknown key',
        allowed: allowed.join(', '),
        ...(suggestion === undefined ? {} : { suggestion }),
      });
    }
    return { path, line, fields: node.entries };
  }

  /** Reads a non-empty text that must be one of `words`, if given. */
  #word({ path, line, fields }: Section, key: string, words?: readonly string[]): string {
    const field = fields.get(key);
    const value = field?.value.kind === 'scalar' ? field.value.value : undefined;
    if (typeof value === 'string' && (words?.includes(value) ?? value !== '')) return value;
    const allowed = words === undefined ? 'a name' : words.map((word) => `"${word}"`).join(', ');
    this.#complain(field?.line ?? line, join(path, key), show(field?.value), allowed);
    return '';
  }

  #complain(line: number, path: string, found: string, allowed: string): void {
    this.problems.push({ line, path, found, allowed });
  }
}

interface Section {
  readonly path: string;
  readonly line: number;
  readonly fields: ReadonlyMap<string, YamlEntry>;
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function isEmpty(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function show(node: YamlNode | undefined): string {
  if (node === undefined || isEmpty(node)) return 'nothing';
  const text = JSON.stringify(yamlValue(node));
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
