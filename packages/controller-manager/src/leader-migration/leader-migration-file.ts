import { readFile } from 'node:fs/promises';
import { errorText } from '@k8s-ccm/cloud-provider';
import { nearestName } from '@k8s-ccm/foundation';
import { LineCounter, isMap, isNode, isScalar, isSeq, parseDocument } from 'yaml';
import { ExitCode, StartError } from '../start-error.ts';
import type { ControllerLeader, LeaderMigration } from './leader-migration.ts';

const group = 'controllermanager.config.k8s.io';
const kind = 'LeaderMigrationConfiguration';
/** The versions of the file; only the older ones have `resourceLock`. */
const versions = [`${group}/v1`, `${group}/v1beta1`, `${group}/v1alpha1`];
const keys = ['apiVersion', 'kind', 'leaderName', 'resourceLock', 'controllerLeaders'];
const leaderKeys = ['name', 'component'];

/** Reads the file of `--leader-migration-config`. @throws StartError with every problem, each with its line */
export async function readLeaderMigration(path: string): Promise<LeaderMigration> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const message = `--leader-migration-config=${path} cannot be read: ${errorText(error)}`;
    throw new StartError(message, ExitCode.Failed, { cause: error });
  }
  return parseLeaderMigration(text, path);
}

/**
 * Decodes a LeaderMigrationConfiguration, YAML or JSON, strictly (contract §7.9): no unknown keys, none
 * twice, no lock but `leases`.
 * @param source what the file is called in messages
 * @throws StartError with every problem, each with its line
 */
export function parseLeaderMigration(text: string, source: string): LeaderMigration {
  const reader = new MigrationReader(text, source);
  const migration = reader.read();
  if (reader.problems.length > 0) {
    const lines = reader.problems
      .toSorted((a, b) => a.line - b.line)
      .map((problem) => problem.text);
    throw new StartError(lines.join('\n'), ExitCode.Failed);
  }
  return migration;
}

class MigrationReader {
  readonly problems: { readonly line: number; readonly text: string }[] = [];
  readonly #text: string;
  readonly #source: string;
  readonly #lines = new LineCounter();

  constructor(text: string, source: string) {
    this.#text = text;
    this.#source = source;
  }

  read(): LeaderMigration {
    const document = parseDocument(this.#text, { lineCounter: this.#lines, prettyErrors: false });
    for (const { code, pos } of document.errors) {
      const found = code === 'DUPLICATE_KEY' ? 'a key that is set twice' : `bad syntax (${code})`;
      this.#complain(pos[0], '', found, 'YAML');
    }
    const nothing = { leaderName: '', controllerLeaders: [] };
    if (this.problems.length > 0) return nothing;
    const root = this.#section(document.contents, '', keys);
    if (root === undefined) return nothing;
    const version = this.#word(root, 'apiVersion', versions);
    this.#word(root, 'kind', [kind]);
    const lock = root.fields.get('resourceLock');
    if (lock !== undefined && version === versions[0]) {
      this.#complain(lock.offset, 'resourceLock', 'a key that v1 does not have', 'to leave it out');
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
    if (!isSeq(list.value)) {
      this.#complain(list.offset, 'controllerLeaders', show(list.value), 'a list');
      return [];
    }
    return list.value.items.flatMap((item, i) => {
      const leader = this.#section(item, `controllerLeaders[${i}]`, leaderKeys);
      if (leader === undefined) return [];
      return [{ name: this.#word(leader, 'name'), component: this.#word(leader, 'component') }];
    });
  }

  #section(node: unknown, path: string, allowed: readonly string[]): Section | undefined {
    const offset = offsetOf(node);
    if (!isMap(node)) {
      this.#complain(offset, path, show(node), `a section with ${allowed.join(', ')}`);
      return undefined;
    }
    const fields = new Map<string, Field>();
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : show(key);
      if (allowed.includes(name)) {
        fields.set(name, { offset: offsetOf(key), value });
        continue;
      }
      const meant = nearestName(name, allowed);
      const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
      this.#complain(
        offsetOf(key),
        join(path, name),
        'an unknown key',
        `${allowed.join(', ')}${hint}`,
      );
    }
    return { path, offset, fields };
  }

  /** A text that is not empty, and one of `words` where these are given. */
  #word({ path, offset, fields }: Section, key: string, words?: readonly string[]): string {
    const field = fields.get(key);
    const value = isScalar(field?.value) ? field.value.value : undefined;
    if (typeof value === 'string' && (words?.includes(value) ?? value !== '')) return value;
    const allowed = words === undefined ? 'a name' : words.map((word) => `"${word}"`).join(', ');
    this.#complain(field?.offset ?? offset, join(path, key), show(field?.value), allowed);
    return '';
  }

  #complain(offset: number, path: string, found: string, allowed: string): void {
    const line = this.#lines.linePos(offset).line || 1;
    const where = path === '' ? '' : `${path}: `;
    const text = `${this.#source}:${line}: ${where}found ${found}; allowed: ${allowed}`;
    this.problems.push({ line, text });
  }
}

interface Field {
  /** Where its key stands in the text. */
  readonly offset: number;
  readonly value: unknown;
}

interface Section {
  readonly path: string;
  readonly offset: number;
  readonly fields: ReadonlyMap<string, Field>;
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function offsetOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

function isEmpty(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

function show(node: unknown): string {
  if (isEmpty(node)) return 'nothing';
  const text = JSON.stringify(isNode(node) ? node.toJSON() : node);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
