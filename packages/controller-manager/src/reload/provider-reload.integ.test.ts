import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { CloudProvider, LogFields, Logger } from '@k8s-ccm/cloud-provider';
import { MetricsRegistry, systemClock } from '@k8s-ccm/controller-runtime';
import type { Clock } from '@k8s-ccm/controller-runtime';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { ProviderReload } from './provider-reload.ts';
import type { ProviderReloadOptions } from './provider-reload.ts';
import { ReloadReport } from './reload-report.ts';

/** The configuration of the provider below: `keys` may name a part that it shall not have. */
interface Config {
  readonly region: string;
  readonly secretFile?: string;
  readonly without?: string;
  readonly wrong?: string;
  /** The region that the file names as soon as this one has been read. */
  readonly next?: string;
}

interface Scene extends Partial<Pick<ProviderReloadOptions, 'watchFolder' | 'pollMs'>> {
  readonly clock?: Clock;
}

class LogLines implements Logger {
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
class Followed implements AsyncDisposable {
  readonly folder: string;
  readonly file: string;
  readonly log = new LogLines();
  readonly metrics = new MetricsRegistry();
  readonly events: string[] = [];
  readonly made: string[] = [];
  readonly closed: string[] = [];
  readonly #scene: Scene;
  #reload: ProviderReload | undefined;

  private constructor(folder: string, scene: Scene) {
    this.folder = folder;
    this.file = join(folder, 'config');
    this.#scene = scene;
  }

  static async start(config: Config, scene: Scene = {}): Promise<Followed> {
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

  async write(config: Config): Promise<void> {
    await writeFile(this.file, JSON.stringify(config));
  }

  async follow(): Promise<void> {
    const { clock = systemClock, ...watching } = this.#scene;
    const { metrics, log } = this;
    this.#reload = await ProviderReload.open({
      make: async () => {
        const provider = await this.#make();
        return { provider, use: () => this.made.push(`used ${provider.name}`) };
      },
      configFile: this.file,
      clock,
      log,
      ...watching,
    });
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
    const config: Config = JSON.parse(await readFile(this.file, 'utf8'));
    const { region, secretFile, without, wrong, next } = config;
    if (next !== undefined) await this.write({ region: next });
    if (wrong !== undefined) throw new Error(`config:1: region: found ${wrong}\nconfig:2: no id`);
    if (secretFile !== undefined) await readFile(secretFile);
    this.made.push(`made ${region}`);
    return {
      name: region,
      ...(without === 'routes' ? {} : { routes: noRoutes }),
      configuration: {
        files: secretFile === undefined ? [] : [secretFile],
        values: { region, ...(secretFile === undefined ? {} : { secretFile }) },
        identity: ['region'],
      },
      close: async () => void this.closed.push(region),
    };
  }
}

/** Folders that change when a test says so. */
class FakeFolders {
  readonly #watched = new Map<string, () => void>();

  readonly watchFolder = (folder: string, onChange: () => void): Disposable => {
    this.#watched.set(folder, onChange);
    return { [Symbol.dispose]: () => void this.#watched.delete(folder) };
  };

  change(folder: string): void {
    this.#watched.get(folder)?.();
  }
}

const blind = (): Disposable => {
  throw new Error('no watches left');
};

const noRoutes = {
  list: async () => [],
  create: async () => undefined,
  delete: async () => undefined,
};

async function until(what: () => unknown): Promise<void> {
  for (let round = 0; what() === false || what() === undefined; round += 1) {
    if (round > 1000) throw new Error(`waited 10 s in vain for ${String(what)}`);
    await systemClock.sleep(10);
  }
}

/** Lets time pass in steps, with real time between them for reading files. */
async function pass(clock: FakeClock, ms: number): Promise<void> {
  const end = clock.monotonic() + ms;
  while (clock.monotonic() < end) {
    await clock.advance(Math.min(250, end - clock.monotonic()));
    await systemClock.sleep(2);
  }
}

async function passUntil(clock: FakeClock, what: () => boolean): Promise<void> {
  for (let round = 0; !what(); round += 1) {
    if (round > 1000) throw new Error(`waited 250 s of the clock in vain for ${String(what)}`);
    await pass(clock, 250);
  }
}

/** Puts a file in place as the kubelet does: a new folder, then one link is swapped. */
async function mount(folder: string, version: string, name: string, text: string): Promise<void> {
  await mkdir(join(folder, version));
  await writeFile(join(folder, version, name), text);
  await symlink(version, join(folder, '..data.new'));
  await rename(join(folder, '..data.new'), join(folder, '..data'));
}

const reloads = 'cloudprovider_config_reloads_total';
const successful = 'cloudprovider_config_last_reload_successful';

describe('ProviderReload', () => {
  it('puts a changed configuration in use, and tells what changed in log, metric and event', async () => {
    await using followed = await Followed.start({ region: 'north' });
    expect(await followed.shown(reloads)).toEqual([
      '{provider="fake",result="success"} 0',
      '{provider="fake",result="failure"} 0',
    ]);
    expect(await followed.shown(successful)).toEqual(['{provider="fake"} 1']);
    await followed.write({ region: 'south' });
    await until(() => followed.events.length > 0);
    expect(followed.region).toBe('south');
    expect(followed.made).toEqual(['made north', 'used north', 'made south', 'used south']);
    expect(followed.closed).toEqual(['north']);
    expect(followed.events).toEqual([
      `Pod/ccm Normal CloudConfigReloaded: Changed and in use: ${followed.file}, region`,
    ]);
    expect(followed.log.lines).toEqual([
      expect.stringMatching(/^info a changed configuration .* is in use .*"keys":\["region"\]/),
      expect.stringMatching(/^warn .*another account or place.*"region: north -> south"/),
    ]);
    expect(await followed.shown(reloads)).toContain('{provider="fake",result="success"} 1');
    expect(
      await followed.shown('cloudprovider_config_last_reload_success_timestamp_seconds{'),
    ).toEqual([expect.stringMatching(/^provider="fake"} 1\d{9}/)]);
  });

  it('keeps the old one where the new one is wrong, says why once, and takes it once it is right', async () => {
    const clock = new FakeClock();
    await using followed = await Followed.start({ region: 'north' }, { clock, pollMs: 1000 });
    await followed.write({ region: 'south', wrong: '5' });
    await passUntil(clock, () => followed.events.length > 0);
    await pass(clock, 60_000);
    expect([followed.region, followed.closed]).toEqual(['north', []]);
    expect(followed.events).toEqual([
      'Pod/ccm Warning CloudConfigRejected: The old one stays: config:1: region: found 5; config:2: no id',
    ]);
    expect(followed.log.lines).toEqual([
      expect.stringMatching(
        /^error .* the old one stays in use .*"problems":\["config:1: region: found 5","config:2: no id"\]/,
      ),
    ]);
    expect(await followed.shown(successful)).toEqual(['{provider="fake"} 0']);
    await followed.write({ region: 'south', wrong: '6' });
    await passUntil(clock, () => followed.events.length > 1);
    expect(await followed.shown(reloads)).toContain('{provider="fake",result="failure"} 2');
    await followed.write({ region: 'south' });
    await passUntil(clock, () => followed.events.length > 2);
    expect([followed.region, followed.closed]).toEqual(['south', ['north']]);
    expect(await followed.shown(successful)).toEqual(['{provider="fake"} 1']);
  });

  it('says so when a wrong change is taken back, and makes no provider for it', async () => {
    const clock = new FakeClock();
    await using followed = await Followed.start({ region: 'north' }, { clock, pollMs: 1000 });
    await followed.write({ region: 'north', wrong: '5' });
    await passUntil(clock, () => followed.events.length > 0);
    await followed.write({ region: 'north' });
    await passUntil(clock, () => followed.log.lines.length > 1);
    expect(followed.log.lines.at(-1)).toContain('again the one in use');
    expect(followed.made).toEqual(['made north', 'used north']);
    expect(await followed.shown(successful)).toEqual(['{provider="fake"} 1']);
  });

  it('does nothing for a file that is written again as it was', async () => {
    const clock = new FakeClock();
    await using followed = await Followed.start({ region: 'north' }, { clock, pollMs: 1000 });
    await rm(followed.file);
    await followed.write({ region: 'north' });
    await pass(clock, 60_000);
    expect([followed.made, followed.events]).toEqual([['made north', 'used north'], []]);
  });

  it('follows the files that the configuration names, swapped as the kubelet does', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'provider-reload-secret-'));
    await mount(folder, 'v1', 'key', 'old key');
    const secretFile = join(folder, 'key');
    await symlink(join('..data', 'key'), secretFile);
    await using followed = await Followed.start({ region: 'north', secretFile });
    await mount(folder, 'v2', 'key', 'new key');
    await until(() => followed.events.length > 0);
    expect(followed.events).toEqual([
      `Pod/ccm Normal CloudConfigReloaded: Changed and in use: ${secretFile}`,
    ]);
    expect(followed.log.lines).toHaveLength(1);
    expect(JSON.stringify([followed.log.lines, followed.events])).not.toMatch(/(?:old|new) key/);
    await rm(folder, { recursive: true });
  });

  it('waits for a file that the new configuration names and that comes later, then follows it', async () => {
    const clock = new FakeClock();
    const folders = new FakeFolders();
    await using followed = await Followed.start(
      { region: 'north' },
      { clock, watchFolder: folders.watchFolder },
    );
    const secretFile = join(followed.folder, 'elsewhere', 'key');
    await mkdir(join(followed.folder, 'elsewhere'));
    await followed.write({ region: 'south', secretFile });
    await passUntil(clock, () => followed.events.length > 0);
    expect(followed.events[0]).toContain('Warning CloudConfigRejected');
    await writeFile(secretFile, 'key');
    await passUntil(clock, () => followed.region === 'south');
    await pass(clock, 500);
    await writeFile(secretFile, 'another');
    folders.change(join(followed.folder, 'elsewhere'));
    await pass(clock, 1000);
    expect(followed.events[2]).toContain(`in use: ${secretFile}`);
  });

  it('waits until a file is no longer being written', async () => {
    const clock = new FakeClock();
    const folders = new FakeFolders();
    await using followed = await Followed.start(
      { region: 'north' },
      { clock, watchFolder: folders.watchFolder },
    );
    for (const region of ['a', 'b', 'c', 'd', 'e', 'south']) {
      await followed.write({ region });
      folders.change(followed.folder);
      await pass(clock, 250);
    }
    await passUntil(clock, () => followed.region === 'south');
    expect(followed.made).toEqual(['made north', 'used north', 'made south', 'used south']);
  });

  it('misses no change that comes while the provider is being made', async () => {
    const clock = new FakeClock();
    const scene = { clock, watchFolder: () => ({ [Symbol.dispose]: () => undefined }) };
    await using followed = await Followed.start({ region: 'north', next: 'east' }, scene);
    expect(followed.region).toBe('north');
    await passUntil(clock, () => followed.region === 'east');
    await followed.write({ region: 'south', next: 'west' });
    await passUntil(clock, () => followed.region === 'west');
    expect(followed.made).toContain('made south');
  });

  it('refuses a configuration with which a part would be gone, and takes one with more', async () => {
    await using followed = await Followed.start({ region: 'north' });
    await followed.write({ region: 'north', without: 'routes' });
    await until(() => followed.events.length > 0);
    expect(followed.events[0]).toContain(
      'Warning CloudConfigRejected: The old one stays: with it the provider has no routes any more, which needs a restart',
    );
    expect(followed.closed).toEqual(['north']);
    expect(followed.reload.provider.routes).toBeDefined();

    await using bare = await Followed.start({ region: 'north', without: 'routes' });
    await bare.write({ region: 'north' });
    await until(() => bare.events.length > 0);
    expect(bare.events[0]).toContain('Normal CloudConfigReloaded');
    expect(bare.log.lines.at(-1)).toMatch(/^warn .*needs a restart .*"parts":\["routes"\]/);
    expect(bare.reload.provider.routes).toBeUndefined();
  });

  it('looks now and then where folders cannot be watched', async () => {
    const clock = new FakeClock();
    const watchFolder = blind;
    await using followed = await Followed.start({ region: 'north' }, { clock, watchFolder });
    await followed.write({ region: 'south' });
    await passUntil(clock, () => followed.region === 'south');
    expect(followed.events).toHaveLength(1);
  });

  it('follows nothing after its end', async () => {
    const clock = new FakeClock();
    await using followed = await Followed.start(
      { region: 'north' },
      { clock, pollMs: 1000, watchFolder: new FakeFolders().watchFolder },
    );
    await followed.write({ region: 'south' });
    // Into the wait for the file to stand still.
    await pass(clock, 1100);
    await followed.reload[Symbol.asyncDispose]();
    await pass(clock, 60_000);
    expect([followed.region, clock.timers]).toEqual(['north', []]);
  });
});
