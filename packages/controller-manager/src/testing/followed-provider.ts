import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloudProvider, ProviderChange } from '@k8s-ccm/cloud-provider';
import { MetricsRegistry, systemClock } from '@k8s-ccm/controller-runtime';
import type { Clock } from '@k8s-ccm/controller-runtime';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import type { LogFields, Logger } from '@k8s-ccm/foundation';
import { ProviderReload } from '../reload/provider-reload.ts';
import type { ProviderReloadOptions } from '../reload/provider-reload.ts';
import { ReloadReport } from '../reload/reload-report.ts';

/** The configuration of the provider below: `keys` may name a part that it shall not have. */
export interface FollowedConfig {
  readonly region: string;
  readonly secretFile?: string;
  /** A secret in the file itself. */
  readonly secret?: string;
  readonly caFile?: string;
  readonly without?: string;
  readonly wrong?: string;
  /** The region that the file names as soon as this one has been read. */
  readonly next?: string;
}

/** How a configuration is followed. */
export interface FollowingScene extends Partial<
  Pick<ProviderReloadOptions, 'watchFolder' | 'pollMs'>
> {
  readonly clock?: Clock;
  /** Aborts at the stop of the manager. */
  readonly signal?: AbortSignal;
}

/** A log in lines. */
export class LogLines implements Logger {
  readonly lines: string[] = [];
  readonly error = this.#add('error');
  readonly warn = this.#add('warn');
  readonly info = this.#add('info');
  readonly debug = this.#add('debug');

  child(): Logger {
    return this;
  }

  #add(level: string) {
    return (message: string, fields?: LogFields): void => {
      this.lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
    };
  }
}

/** A folder with a configuration in it, and a provider that follows it. */
export class Followed implements AsyncDisposable {
  readonly folder: string;
  readonly file: string;
  readonly log = new LogLines();
  readonly metrics = new MetricsRegistry();
  readonly events: string[] = [];
  readonly made: string[] = [];
  readonly closed: string[] = [];
  /** What the controllers were told. */
  readonly changes: ProviderChange[] = [];
  /** Called each time a provider is about to be made. */
  whenMaking: () => void = () => undefined;
  readonly #scene: FollowingScene;
  #reload: ProviderReload | undefined;

  private constructor(folder: string, scene: FollowingScene) {
    this.folder = folder;
    this.file = join(folder, 'config');
    this.#scene = scene;
  }

  static async start(config: FollowedConfig, scene: FollowingScene = {}): Promise<Followed> {
    const followed = new Followed(await mkdtemp(join(tmpdir(), 'provider-reload-')), scene);
    await followed.write(config);
    await followed.follow();
    return followed;
  }

  get reload(): ProviderReload {
    if (this.#reload === undefined) throw new Error('it is not followed yet');
    return this.#reload;
  }

  get region(): string | undefined {
    return this.reload.provider.configuration.values['region'];
  }

  async write(config: FollowedConfig): Promise<void> {
    await writeFile(this.file, JSON.stringify(config));
  }

  async follow(): Promise<void> {
    const { clock = systemClock, signal = new AbortController().signal, ...watching } = this.#scene;
    const { metrics, log } = this;
    this.#reload = await ProviderReload.open({
      make: async () => {
        this.whenMaking();
        const provider = await this.#make();
        return { provider, use: () => this.made.push(`used ${provider.name}`) };
      },
      configFile: this.file,
      signal,
      clock,
      log,
      ...watching,
    });
    this.#reload.provider.onChange((change) => this.changes.push(change));
    await this.#reload.start(
      new ReloadReport({
        provider: 'fake',
        metrics,
        recorder: {
          event: ({ kind, metadata }, type, reason, message) =>
            this.events.push(`${kind}/${metadata?.name} ${type} ${reason}: ${message}`),
        },
        about: { kind: 'Pod', metadata: { name: 'ccm' } },
        clock,
        log,
      }),
    );
  }

  async shown(name: string): Promise<readonly string[]> {
    const lines = (await this.metrics.render()).split('\n');
    return lines.filter((line) => line.startsWith(name)).map((line) => line.slice(name.length));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reload?.[Symbol.asyncDispose]();
    await this.#reload?.provider.close();
    await rm(this.folder, { recursive: true });
  }

  async #make(): Promise<CloudProvider> {
    const config: FollowedConfig = JSON.parse(await readFile(this.file, 'utf8'));
    const { region, secretFile, caFile, without, wrong, next } = config;
    if (next !== undefined) await this.write({ region: next });
    if (wrong !== undefined) throw new Error(`config:1: region: found ${wrong}\nconfig:2: no id`);
    if (secretFile !== undefined) await readFile(secretFile);
    this.made.push(`made ${region}`);
    return {
      name: region,
      ...(without === 'routes' ? {} : { routes: noRoutes }),
      configuration: {
        files: caFile === undefined ? [] : [caFile],
        secretFiles: secretFile === undefined ? [] : [secretFile],
        values: { region, ...(secretFile === undefined ? {} : { secretFile }) },
        identity: ['region'],
      },
      close: async () => {
        this.closed.push(region);
        if (region === 'locked') throw new Error('it does not let go');
      },
    };
  }
}

/** Folders that change when a test says so. */
export class FakeFolders {
  readonly #watched = new Map<string, () => void>();

  readonly watchFolder = (folder: string, onChange: () => void): Disposable => {
    this.#watched.set(folder, onChange);
    return { [Symbol.dispose]: () => void this.#watched.delete(folder) };
  };

  change(folder: string): void {
    this.#watched.get(folder)?.();
  }
}

/** Folders that cannot be watched. */
export const blind = (): Disposable => {
  throw new Error('no watches left');
};

const noRoutes = {
  list: async () => [],
  create: async () => undefined,
  delete: async () => undefined,
};

/** Waits until it is so, 10 s at most. */
export async function until(what: () => unknown): Promise<void> {
  for (let round = 0; what() === false || what() === undefined; round += 1) {
    if (round > 1000) throw new Error(`waited 10 s in vain for ${String(what)}`);
    await systemClock.sleep(10);
  }
}

/** Lets time pass in steps, with real time between them for reading files. */
export async function pass(clock: FakeClock, ms: number): Promise<void> {
  const end = clock.monotonic() + ms;
  while (clock.monotonic() < end) {
    await clock.advance(Math.min(250, end - clock.monotonic()));
    await systemClock.sleep(2);
  }
}

/** Lets time pass until it is so. */
export async function passUntil(clock: FakeClock, what: () => boolean): Promise<void> {
  for (let round = 0; !what(); round += 1) {
    if (round > 1000) throw new Error(`waited 250 s of the clock in vain for ${String(what)}`);
    await pass(clock, 250);
  }
}

/** Puts a file in place as the kubelet does: a new folder, then one link is swapped. */
export async function mount(
  folder: string,
  version: string,
  name: string,
  text: string,
): Promise<void> {
  await mkdir(join(folder, version));
  await writeFile(join(folder, version, name), text);
  await symlink(version, join(folder, '..data.new'));
  await rename(join(folder, '..data.new'), join(folder, '..data'));
}
