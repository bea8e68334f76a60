import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import {
  blind,
  FakeFolders,
  Followed,
  mount,
  pass,
  passUntil,
  until,
} from '../testing/followed-provider.ts';

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
      expect.stringMatching(/^info reloaded the cloud configuration .*"keys":\["region"\]/),
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
      'Pod/ccm Warning CloudConfigRejected: Keeping the previous configuration: config:1: region: found 5; config:2: no id',
    ]);
    expect(followed.log.lines).toEqual([
      expect.stringMatching(
        /^error .* keeping the previous one .*"problems":\["config:1: region: found 5","config:2: no id"\]/,
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
    expect(followed.log.lines.at(-1)).toContain('restored to the one in use');
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

  it('leaves a renewed file of a secret to the provider, and says that credentials have changed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'provider-reload-secret-'));
    await mount(folder, 'v1', 'key', 'old key');
    const secretFile = join(folder, 'key');
    await symlink(join('..data', 'key'), secretFile);
    await using followed = await Followed.start({ region: 'north', secretFile });
    for (const version of ['v2', 'v3']) {
      const before = followed.changes.length;
      await mount(folder, version, 'key', `new key of ${version}`);
      await until(() => followed.changes.length > before);
    }
    expect(followed.changes).toEqual(['credentials', 'credentials']);
    expect([followed.made, followed.closed, followed.events]).toEqual([
      ['made north', 'used north'],
      [],
      [],
    ]);
    expect(followed.log.lines).toEqual(
      Array(2).fill(expect.stringMatching(/^info secrets for the cloud were renewed .*key"\]/)),
    );
    expect(JSON.stringify(followed.log.lines)).not.toMatch(/(?:old|new) key/);
    await rm(folder, { recursive: true });
  });

  it('puts a configuration in use that has another secret in it, and says that only credentials have changed', async () => {
    await using followed = await Followed.start({ region: 'north', secret: 'old' });
    await followed.write({ region: 'north', secret: 'new' });
    await until(() => followed.changes.length > 0);
    expect(followed.made).toEqual(['made north', 'used north', 'made north', 'used north']);
    expect([followed.changes, followed.closed]).toEqual([['credentials'], ['north']]);
    await followed.write({ region: 'south', secret: 'new' });
    await until(() => followed.changes.length > 1);
    expect(followed.changes).toEqual(['credentials', 'configuration']);
  });

  it('makes another provider for another file of certificates', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'provider-reload-ca-'));
    const caFile = join(folder, 'ca.pem');
    await writeFile(caFile, 'old');
    await using followed = await Followed.start({ region: 'north', caFile });
    await writeFile(caFile, 'new');
    await until(() => followed.events.length > 0);
    expect(followed.events).toEqual([
      `Pod/ccm Normal CloudConfigReloaded: Changed and in use: ${caFile}`,
    ]);
    expect([followed.changes, followed.closed]).toEqual([['credentials'], ['north']]);
    await rm(folder, { recursive: true });
  });

  it('takes a renewed secret also while the changed configuration is wrong', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'provider-reload-secret-'));
    const secretFile = join(folder, 'key');
    await writeFile(secretFile, 'old key');
    await using followed = await Followed.start({ region: 'north', secretFile });
    await followed.write({ region: 'south', secretFile, wrong: '5' });
    await until(() => followed.events.length > 0);
    await writeFile(secretFile, 'new key');
    await until(() => followed.changes.length > 0);
    expect([followed.changes, followed.region]).toEqual([['credentials'], 'north']);
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
    await passUntil(clock, () => followed.changes.at(-1) === 'credentials');
    expect(followed.log.lines.at(-1)).toContain('secrets for the cloud were renewed');
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
      'Warning CloudConfigRejected: Keeping the previous configuration: the provider would no longer have routes; restart the program to use this configuration',
    );
    expect(followed.closed).toEqual(['north']);
    expect(followed.reload.provider.routes).toBeDefined();

    await using bare = await Followed.start({ region: 'north', without: 'routes' });
    await bare.write({ region: 'north' });
    await until(() => bare.events.length > 0);
    expect(bare.events[0]).toContain('Normal CloudConfigReloaded');
    expect(bare.log.lines.at(-1)).toMatch(/^warn .*supports more parts .*"parts":\["routes"\]/);
    expect(bare.reload.provider.routes).toBeUndefined();
  });

  it('takes back a configuration with more, which nobody has used yet', async () => {
    await using bare = await Followed.start({ region: 'north', without: 'routes' });
    await bare.write({ region: 'north' });
    await until(() => bare.events.length > 0);
    await bare.write({ region: 'south', without: 'routes' });
    await until(() => bare.events.length > 1);
    expect(bare.events[1]).toContain('Normal CloudConfigReloaded');
    expect(bare.region).toBe('south');
  });

  it('looks now and then where folders cannot be watched', async () => {
    const clock = new FakeClock();
    const watchFolder = blind;
    await using followed = await Followed.start({ region: 'north' }, { clock, watchFolder });
    await followed.write({ region: 'south' });
    await passUntil(clock, () => followed.region === 'south');
    expect(followed.events).toHaveLength(1);
  });

  it('does not blame a configuration for what fails because of a stop', async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    await using followed = await Followed.start(
      { region: 'north' },
      { clock, watchFolder: blind, signal: stop.signal },
    );
    await followed.write({ region: 'south', wrong: 'nothing, it was asked to stop' });
    followed.whenMaking = () => stop.abort(new Error('asked to stop'));
    await passUntil(clock, () => stop.signal.aborted);
    await pass(clock, 1000);
    expect(followed.events).toEqual([]);
    expect(followed.log.lines.join()).not.toContain('wrong');
    expect(await followed.shown(successful)).toEqual(['{provider="fake"} 1']);
  });

  it('says what is wrong also where what was made of it cannot be closed', async () => {
    await using followed = await Followed.start({ region: 'north' });
    await followed.write({ region: 'locked', without: 'routes' });
    await until(() => followed.events.length > 0);
    expect(followed.events[0]).toContain('Warning CloudConfigRejected');
    expect(followed.log.lines.join()).toContain('failed to close a provider');
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
