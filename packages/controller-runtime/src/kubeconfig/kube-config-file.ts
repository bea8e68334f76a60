import { readFile } from 'node:fs/promises';
import { delimiter } from 'node:path';
import type { Logger } from '@k8s-ccm/cloud-provider';
import { codeOf, messageOf } from '../api/errors/error-facts.ts';
import { KubeConfigError } from './kube-config-error.ts';
import { parseKubeConfig } from './parse-kube-config.ts';
import type { KubeConfigRecord } from './kube-config-record.ts';
import { selectContext, type KubeConfigSelection } from './select-context.ts';

/** Options of {@link KubeConfigFile}. */
export interface KubeConfigFileOptions {
  /**
   * One file, or several that are merged as kubectl does: for each context, cluster and user, and for the current
   * context, the first file that defines it wins, and later files are ignored.
   */
  readonly paths: readonly string[];
  /** Ignores files that do not exist, as kubectl does for `KUBECONFIG`. At least one must exist. Default: false. */
  readonly mayBeMissing?: boolean;
  /** Default: the `current-context`. */
  readonly context?: string | undefined;
  readonly log: Logger;
}

/** Reads kubeconfig files, which may be replaced at any time to provide other credentials. */
export class KubeConfigFile {
  /** Name of the files in errors. */
  readonly source: string;
  readonly #options: KubeConfigFileOptions;
  #current: { readonly content: Content; readonly selection: KubeConfigSelection } | undefined;
  #reading: Promise<KubeConfigSelection> | undefined;

  constructor(options: KubeConfigFileOptions) {
    this.#options = options;
    this.source = `kubeconfig ${options.paths.join(delimiter)}`;
  }

  /**
   * Returns what a context of the files currently contains; the same object until a file changes. If the files have
   * become unusable, returns their previous content and logs a warning.
   * @throws KubeConfigError that names the file and the problem if the files were never usable
   */
  async read(): Promise<KubeConfigSelection> {
    // Shared by concurrent callers, so that they receive the same object.
    this.#reading ??= this.#readNow().finally(() => {
      this.#reading = undefined;
    });
    return await this.#reading;
  }

  async #readNow(): Promise<KubeConfigSelection> {
    const previous = this.#current;
    try {
      const content = await this.#load();
      if (previous !== undefined && isSame(content, previous.content)) return previous.selection;
      const selection = await this.#select(content);
      this.#current = { content, selection };
      return selection;
    } catch (error) {
      if (previous === undefined) throw error;
      const { log } = this.#options;
      log.warn('the kubeconfig has become unusable, its previous content stays in use', { error });
      return previous.selection;
    }
  }

  async #select(content: Content): Promise<KubeConfigSelection> {
    const { context, log } = this.#options;
    const files: KubeConfigRecord[] = [];
    for (const [path, bytes] of content) {
      const file = { path, source: `kubeconfig ${path}` };
      files.push(await parseKubeConfig(bytes, { file, log }));
    }
    return selectContext(files, { source: this.source, context, log });
  }

  async #load(): Promise<Content> {
    const { paths, mayBeMissing = false } = this.#options;
    const content = new Map<string, Buffer>();
    for (const path of new Set(paths)) {
      try {
        content.set(path, await readFile(path));
      } catch (error) {
        if (mayBeMissing && codeOf(error) === 'ENOENT') continue;
        throw new KubeConfigError(`kubeconfig ${path}`, `cannot be read: ${messageOf(error)}`, {
          cause: error,
        });
      }
    }
    if (content.size > 0) return content;
    throw new KubeConfigError(this.source, 'none of the files exists');
  }
}

/** The files by path. */
type Content = ReadonlyMap<string, Buffer>;

function isSame(content: Content, other: Content): boolean {
  if (content.size !== other.size) return false;
  return [...content].every(([path, bytes]) => other.get(path)?.equals(bytes) ?? false);
}
