import { execFile } from 'node:child_process';
import { cp, glob, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const manifests = '{packages,apps,tools,examples}/*/package.json';
/** What nx reads, and the files beside it that inputs name. */
const configuration = [
  manifests,
  '*',
  'tools/*.mjs',
  '{packages,apps,tools,examples}/*/tsconfig*.json',
];
/** What every task of a copy does: nx tells a task its name in the environment. */
const note = 'echo $NX_TASK_TARGET_PROJECT:$NX_TASK_TARGET_TARGET >> $RAN';

interface Targets {
  readonly [target: string]: Readonly<Record<string, unknown>>;
}

/** What is changed of nx.json, of project.json and of a package.json. */
interface Configuration {
  readonly targetDefaults?: Targets;
  readonly targets?: Targets;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly nx?: { readonly targets?: Targets };
}

/**
 * A copy of a workspace's configuration with its own nx cache, whose tasks only note that they ran. So a test can see
 * which tasks a change runs without waiting for their work.
 */
export class WorkspaceCopy implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Copies the workspace at `root`; its installed packages are shared. */
  static async of(root: string): Promise<WorkspaceCopy> {
    const copy = new WorkspaceCopy(await mkdtemp(join(tmpdir(), 'workspace-copy-')));
    for await (const file of glob(configuration, { cwd: root })) {
      if (!(await stat(join(root, file))).isFile()) continue;
      await mkdir(join(copy.#folder, dirname(file)), { recursive: true });
      await cp(join(root, file), join(copy.#folder, file));
    }
    await symlink(join(root, 'node_modules'), join(copy.#folder, 'node_modules'));
    await copy.#emptyTasks();
    return copy;
  }

  /** Runs nx, and returns the tasks that ran, as `room:target`; those that came from the cache are not among them. */
  async nx(...args: readonly string[]): Promise<readonly string[]> {
    const ran = join(this.#folder, 'dist/ran');
    await mkdir(dirname(ran), { recursive: true });
    await writeFile(ran, '');
    await execute('nx', args, { cwd: this.#folder, env: { ...process.env, RAN: ran } });
    const lines = await readFile(ran, 'utf8');
    return lines
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.replace('@k8s-ccm/', ''))
      .toSorted();
  }

  /** Changes a file by a line at its end; the file may be new. */
  async change(file: string): Promise<void> {
    const path = join(this.#folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, '\n', { flag: 'a' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #emptyTasks(): Promise<void> {
    await this.#rewrite('nx.json', (config) => ({
      ...config,
      targetDefaults: noted(config.targetDefaults ?? {}),
    }));
    await this.#rewrite('project.json', (config) => ({
      ...config,
      targets: noted(config.targets ?? {}),
    }));
    for await (const file of glob(manifests, { cwd: this.#folder })) {
      await this.#rewrite(file, ({ scripts = {}, nx = {}, ...rest }) => ({
        ...rest,
        nx: { ...nx, targets: noted({ ...emptyTargets(scripts), ...nx.targets }) },
      }));
    }
  }

  async #rewrite(file: string, change: (config: Configuration) => Configuration): Promise<void> {
    const path = join(this.#folder, file);
    const config = JSON.parse(await readFile(path, 'utf8')) as Configuration;
    await writeFile(path, JSON.stringify(change(config)));
  }
}

function emptyTargets(scripts: Readonly<Record<string, string>>): Targets {
  return Object.fromEntries(Object.keys(scripts).map((script) => [script, {}]));
}

function noted(targets: Targets): Targets {
  return Object.fromEntries(
    Object.entries(targets).map(([name, target]) => [name, { ...target, command: note }]),
  );
}
