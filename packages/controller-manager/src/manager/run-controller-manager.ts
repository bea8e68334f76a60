import type { CloudProviderRegistry } from '@k8s-ccm/cloud-provider';
import {
  flagHelp,
  parseFlags,
  rawVersion,
  readSettings,
  versionLine,
  withOrigins,
} from '@k8s-ccm/component-config';
import type { Environment, Settings } from '@k8s-ccm/component-config';
import { reconcileId, systemClock, systemRandom } from '@k8s-ccm/controller-runtime';
import type { Clock, Random } from '@k8s-ccm/controller-runtime';
import { errorChain, errorLines, thrownErrors } from '@k8s-ccm/foundation';
import type { ControllerDescriptor } from '../controller.ts';
import { checkManagerFlags } from '../flags/check-manager-flags.ts';
import type { Built } from '../flags/check-manager-flags.ts';
import { managerConfiguration } from '../flags/manager-configuration.ts';
import { managerFlags } from '../flags/manager-flags.ts';
import { createLogger } from '../logging/create-logger.ts';
import { wantsColors } from '../logging/log-line.ts';
import type { TextSink } from '../logging/text-sink.ts';
import { ExitCode, StartError } from '../start-error.ts';
import { runManager } from './manager.ts';
import { exitCodeOf, processSignals } from './stop-signals.ts';
import type { SignalSource } from './stop-signals.ts';

/** Options of {@link runControllerManager}. */
export interface ControllerManagerOptions {
  /** The command line arguments, for example `process.argv.slice(2)`. */
  readonly argv: readonly string[];
  readonly providers: CloudProviderRegistry;
  /**
   * The controllers, which are started in this order: those of `@k8s-ccm/*-controller` and your own. Names must
   * be unique.
   */
  readonly controllers: readonly ControllerDescriptor[];
  /** The name of the program in messages, the user agent and metrics. Default: `cloud-controller-manager`. */
  readonly program?: string;
  /** Default: `0.0.0`. */
  readonly version?: string;
  /** The commit of the build, for `--version=raw`. Default, also if empty: unknown. */
  readonly commit?: string;
  /**
   * Environment variables: `CCM_*` for flags, and `HTTPS_PROXY` and similar. Default: the environment of this
   * process.
   */
  readonly env?: Environment;
  /** Default: the signals of this process. */
  readonly signalSource?: SignalSource;
  /** Destination of `--help` and `--version`. Default: standard output. */
  readonly stdout?: TextSink;
  /** Destination of the log and of errors at start. Default: standard error. */
  readonly stderr?: TextSink;
  readonly clock?: Clock;
  readonly random?: Random;
}

/**
 * Runs a cloud controller manager and gives its exit code (see {@link ExitCode}). Never throws: what
 * keeps it from starting is told in one line per problem. The first stop signal lets work in flight
 * come to an end; a second one ends the wait at once, and the program must exit then.
 *
 * @example
 * const providers = new CloudProviderRegistry();
 * registerInspurProvider(providers);
 * const controllers = [cloudNodeController, serviceLbController, addressBook];
 * process.exit(await runControllerManager({ argv: process.argv.slice(2), providers, controllers }));
 */
export async function runControllerManager(options: ControllerManagerOptions): Promise<number> {
  const { argv, program = 'cloud-controller-manager', version = '0.0.0', commit = '' } = options;
  const { env = process.env, stdout = process.stdout, stderr = process.stderr } = options;
  const commandLine = parseFlags(managerFlags, { program, argv });
  if (commandLine.values.help) {
    stdout.write(flagHelp(program, managerFlags));
    return ExitCode.Ok;
  }
  const build = {
    program,
    version,
    ...(commit === '' ? {} : { commit }),
  };
  const wish = commandLine.values.version;
  if (wish === 'true' || wish === 'raw') {
    stdout.write(wish === 'raw' ? rawVersion(build) : versionLine(build));
    return ExitCode.Ok;
  }
  const settings = await readSettings(managerConfiguration, commandLine, env);
  const lines = problemLines(settings, { ...options, version });
  if (lines.length > 0) {
    complain(stderr, program, lines);
    return ExitCode.Failed;
  }
  const reported = wish === 'false' ? version : wish.slice(1);
  return runUntilStopped({ ...options, program, version: reported, stderr }, settings);
}

/** Returns all problems with the settings. Flags with an invalid value are not validated further. */
function problemLines(settings: ManagerSettings, built: Built): readonly string[] {
  const { flags, origins, problems, isComplete } = settings;
  const suspects = new Set(problems.map(({ flag }) => flag));
  const unfit = isComplete
    ? checkManagerFlags(flags, built).filter(({ flag }) => !suspects.has(flag))
    : [];
  return [
    ...problems.map(({ text }) => text),
    ...unfit.map(({ text }) => withOrigins(text, origins)),
  ];
}

type ManagerSettings = Settings<typeof managerFlags>;

type Named = ControllerManagerOptions & {
  readonly program: string;
  readonly version: string;
  readonly stderr: TextSink;
};

async function runUntilStopped(
  options: Named,
  { flags, warnings }: ManagerSettings,
): Promise<number> {
  const { program, version, providers, controllers, stderr } = options;
  const { clock = systemClock, random = systemRandom, signalSource = processSignals } = options;
  const { env = process.env } = options;
  const verbosity = { value: flags.v };
  const log = createLogger({
    format: flags['logging-format'],
    colors: wantsColors(stderr, env),
    verbosity,
    sink: stderr,
    clock,
    reconcileId,
  });
  for (const { message, fields } of warnings) log.warn(message, fields);
  log.debug('flags', { ...flags });
  const stop = new AbortController();
  const hurry = Promise.withResolvers<number>();
  const listening = signalSource.onSignal((signal) => {
    if (stop.signal.aborted) hurry.resolve(exitCodeOf(signal));
    log.info('signal received', { signal });
    stop.abort(new Error(`asked to stop by ${signal}`));
  });
  const run = runManager({
    program,
    version,
    ...(options.commit === undefined ? {} : { commit: options.commit }),
    flags,
    providers,
    controllers,
    clock,
    random,
    log,
    verbosity,
    signal: stop.signal,
    endNow: hurry.resolve,
    env,
  }).catch((error: unknown) => {
    const { aborted, reason } = stop.signal;
    // A requested stop is not a failure.
    const errors = thrownErrors(error).filter(
      (each) => !aborted || !errorChain(each).includes(reason),
    );
    for (const each of errors) complain(stderr, program, errorLines(each));
    if (errors.length === 0) return ExitCode.Ok;
    return errors.find((each) => each instanceof StartError)?.exitCode ?? ExitCode.Failed;
  });
  try {
    return await Promise.race([run, hurry.promise]);
  } finally {
    listening[Symbol.dispose]();
  }
}

function complain(stderr: TextSink, program: string, lines: readonly string[]): void {
  for (const line of lines) stderr.write(`${program}: ${line}\n`);
}
