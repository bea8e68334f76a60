import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchResult } from './bench-result.ts';
import type { Settings } from '../scenario/settings.ts';

/** Recorded results, one JSON file each, named so that they sort by time. */
export class ResultStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The last recorded result of the same settings. @throws Error that names a file which cannot be read */
  async last(settings: Settings): Promise<BenchResult | undefined> {
    for (const name of (await this.#names()).toReversed()) {
      const result = await this.#read(name);
      if (isSameLoad(result.settings, settings)) return result;
    }
    return undefined;
  }

  /** Records a result and gives the path of its file. */
  async record(result: BenchResult): Promise<string> {
    await mkdir(this.#folder, { recursive: true });
    const file = join(this.#folder, fileNameOf(result));
    await writeFile(file, `${JSON.stringify(result, undefined, 2)}\n`);
    return file;
  }

  async #names(): Promise<readonly string[]> {
    try {
      return (await readdir(this.#folder)).filter((name) => name.endsWith('.json')).toSorted();
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  async #read(name: string): Promise<BenchResult> {
    const file = join(this.#folder, name);
    try {
      const result = JSON.parse(await readFile(file, 'utf8')) as BenchResult;
      if (result.formatVersion === 1) return result;
    } catch (error) {
      throw new Error(`cannot read ${file}`, { cause: error });
    }
    throw new Error(`cannot read ${file}: not of format 1`);
  }
}

/** `2026-01-31T12-00-00Z-1234567.json`: the time first, to the second, then the commit. */
export function fileNameOf({ at, commit }: BenchResult): string {
  return `${at.replace(/\.\d+Z$/, 'Z').replaceAll(':', '-')}-${commit}.json`;
}

function isSameLoad(a: Settings, b: Settings): boolean {
  return (
    a.scenario === b.scenario &&
    a.services === b.services &&
    a.ports === b.ports &&
    a.nodes === b.nodes &&
    a.latencyMs === b.latencyMs
  );
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
