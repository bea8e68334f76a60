import type { Clock } from '../time/clock.ts';
import type { ExecConfig } from './exec-config.ts';
import { readExecCredential, type ExecCredential } from './exec-credential.ts';
import { findExecutable } from './find-executable.ts';
import type { KubeConfigError } from './kube-config-error.ts';
import { runProgram, type ProgramResult } from './run-program.ts';
import { secretValues, shownOutput } from './shown-output.ts';

/** Timeout of a plugin, in milliseconds. */
const limitMs = 60_000;

/** Information about the cluster that a plugin receives (`spec.cluster` of client.authentication.k8s.io). */
export interface ExecCluster {
  readonly server: string;
  readonly 'tls-server-name'?: string;
  readonly 'insecure-skip-tls-verify'?: boolean;
  /** PEM, encoded in base64. */
  readonly 'certificate-authority-data'?: string;
  readonly 'proxy-url'?: string;
  readonly 'disable-compression'?: boolean;
  readonly config?: unknown;
}

/** Options of {@link ExecPlugin}. */
export interface ExecPluginOptions {
  readonly config: ExecConfig;
  /** Called at each run if the plugin requests information about the cluster. */
  readonly cluster: () => Promise<ExecCluster>;
  readonly clock: Clock;
  /** The environment to which the plugin's own variables are added. Default: the environment of this process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Runs an exec plugin and keeps its last credential, which is used until it expires. */
export class ExecPlugin {
  readonly #options: ExecPluginOptions;
  #current: ExecCredential | undefined;

  constructor(options: ExecPluginOptions) {
    this.#options = options;
  }

  /** The last credential of the plugin. */
  get current(): ExecCredential | undefined {
    return this.#current;
  }

  /**
   * Returns a credential that is currently valid.
   * @param isRefused true if the server refused the last credential, which is then not used again
   * @throws KubeConfigError that names the command and the problem
   */
  async credential(isRefused: boolean): Promise<ExecCredential> {
    const { clock } = this.#options;
    const { expiresAt = Number.POSITIVE_INFINITY } = this.#current ?? {};
    if (this.#current !== undefined && !isRefused && clock.now() < expiresAt) return this.#current;
    this.#current = await this.#run();
    return this.#current;
  }

  async #run(): Promise<ExecCredential> {
    const { config, clock, env = process.env } = this.#options;
    const { apiVersion, command, program, args } = config;
    const found = await findExecutable(program, env['PATH']);
    if (found.path === undefined) throw this.#broken(found.problem);
    const variables = { ...env, ...Object.fromEntries(config.env) };
    const result = await runProgram({
      file: found.path,
      name: command,
      args,
      env: { ...variables, KUBERNETES_EXEC_INFO: await this.#info() },
      limitMs,
      clock,
    });
    if (result.kind !== 'exited' || result.code !== 0) {
      throw this.#broken(endOf(result), stderrOf(result), secretValues(variables, args));
    }
    return await readExecCredential(result.stdout, {
      apiVersion,
      now: clock.now(),
      refuse: (problem) => this.#error(`failed: ${problem}`),
    });
  }

  async #info(): Promise<string> {
    const { config, cluster } = this.#options;
    const { apiVersion, provideClusterInfo } = config;
    return JSON.stringify({
      kind: 'ExecCredential',
      apiVersion,
      spec: { ...(provideClusterInfo ? { cluster: await cluster() } : {}), interactive: false },
    });
  }

  /** Creates the error for a plugin that cannot run at all, with the install hint. */
  #broken(problem: string, stderr = '', secrets: readonly string[] = []): KubeConfigError {
    const { installHint } = this.#options.config;
    const said = shownOutput(stderr, secrets);
    const hint = shownOutput(installHint ?? '', []);
    return this.#error(
      [problem, said === '' ? '' : `: ${said}`, hint === '' ? '' : `; install hint: ${hint}`].join(
        '',
      ),
    );
  }

  #error(problem: string): KubeConfigError {
    const { command, record } = this.#options.config;
    return record.error('command', `credential plugin "${command}" ${problem}`);
  }
}

function endOf(result: ProgramResult): string {
  if (result.kind === 'exited') return `exited with code ${result.code}`;
  if (result.kind === 'not started') return `could not be started: ${result.problem}`;
  if (result.kind === 'too much output') return 'printed more than 1 MiB and was stopped';
  return `did not end within ${limitMs / 1000} s and was stopped`;
}

function stderrOf(result: ProgramResult): string {
  return result.kind === 'not started' ? '' : result.stderr;
}
