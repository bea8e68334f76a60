import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packPackages, publishedPackages } from '@k8s-ccm/published-packages';

const execute = promisify(execFile);

/** The program of a user, as it is in the repository. */
export const programFolder = join(import.meta.dirname, '../program');

/** A copy of the program outside the workspace, with the packed packages installed. */
export class ConsumerProgram implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Packs the built packages of the workspace at `root`, and installs them as a user would. */
  static async install(root: string): Promise<ConsumerProgram> {
    const program = new ConsumerProgram(await mkdtemp(join(tmpdir(), 'consumer-')));
    try {
      await cp(programFolder, program.#folder, { recursive: true });
      const tarballs = await packPackages(
        root,
        publishedPackages(root),
        join(program.#folder, 'tarballs'),
      );
      await program.#run('npm', 'ci', ...quietly);
      await program.#run('npm', 'install', '--no-save', ...quietly, ...tarballs.values());
      return program;
    } catch (error) {
      await program[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** What a compiler says to the program; empty if it has nothing to say. `compiler` is the name under which it is installed. */
  async compile(compiler: string): Promise<string> {
    return this.#output(process.execPath, join('node_modules', compiler, 'bin/tsc'), '-p', '.');
  }

  /** What the program prints. */
  async start(): Promise<string> {
    return this.#output(process.execPath, 'src/main.ts');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #run(file: string, ...args: readonly string[]): Promise<void> {
    await execute(file, args, { cwd: this.#folder, maxBuffer: 1 << 26 });
  }

  /** What a command prints, whether or not it fails. */
  async #output(file: string, ...args: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      execFile(file, args, { cwd: this.#folder }, (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number') reject(error);
        else resolve(`${stdout}${stderr}`);
      });
    });
  }
}

const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
