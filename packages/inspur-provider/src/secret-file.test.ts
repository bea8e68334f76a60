import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { silentLogger } from '@k8s-ccm/cloud-provider';
import { describe, expect, it } from '@jest/globals';

import { SecretFile, SecretFileError } from './secret-file.ts';

async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'secret-file-'));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Puts a secret in place as the kubelet does: a new folder, then one symlink is swapped. */
async function mount(folder: string, version: string, secret: string): Promise<void> {
  await mkdir(join(folder, version));
  await writeFile(join(folder, version, 'token'), secret);
  await symlink(version, join(folder, '..data.new'));
  await rename(join(folder, '..data.new'), join(folder, '..data'));
}

describe('SecretFile', () => {
  it('follows a mounted Secret that is swapped by symlink', async () => {
    await withFolder(async (folder) => {
      await mount(folder, 'v1', 'first\n');
      await symlink(join('..data', 'token'), join(folder, 'token'));
      const file = new SecretFile(join(folder, 'token'), { log: silentLogger });
      expect((await file.current()).reveal()).toBe('first');
      const again = await file.current();
      expect(await file.current()).toBe(again);
      await mount(folder, 'v2', 'other');
      expect((await file.current()).reveal()).toBe('other');
    });
  });

  it('keeps the last secret while the file is gone or empty, and says each once', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'token');
      const warnings: string[] = [];
      const log = { ...silentLogger, warn: (message: string) => warnings.push(message) };
      await writeFile(path, 'first');
      const file = new SecretFile(path, { log });
      await file.current();
      await writeFile(path, '');
      expect((await file.current()).reveal()).toBe('first');
      await file.current();
      expect(warnings).toHaveLength(1);
      await rm(path);
      expect((await file.current()).reveal()).toBe('first');
      await file.current();
      expect(warnings).toHaveLength(2);
      await writeFile(path, 'second');
      expect((await file.current()).reveal()).toBe('second');
      await rm(path);
      await file.current();
      expect(warnings).toHaveLength(3);
    });
  });

  it.each([
    ['is not there', undefined, 'cannot be read'],
    ['is empty', ' \n', 'is empty'],
  ])('fails where the file %s at first', async (_, text, message) => {
    await withFolder(async (folder) => {
      const path = join(folder, 'token');
      if (text !== undefined) await writeFile(path, text);
      const reading = new SecretFile(path, { log: silentLogger }).current();
      await expect(reading).rejects.toThrow(SecretFileError);
      await expect(reading).rejects.toThrow(message);
    });
  });
});
