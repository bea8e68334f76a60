import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Secret or ConfigMap as the kubelet mounts it: its files are swapped all at once, by one link. */
export class MountedFolder implements AsyncDisposable {
  readonly #path: string;
  #version = 0;

  private constructor(path: string) {
    this.#path = path;
  }

  static async create(files: Readonly<Record<string, string>>): Promise<MountedFolder> {
    const folder = new MountedFolder(await mkdtemp(join(tmpdir(), 'ccm-mount-')));
    await folder.swap(files);
    for (const name of Object.keys(files)) {
      await symlink(join('..data', name), folder.pathOf(name));
    }
    return folder;
  }

  pathOf(name: string): string {
    return join(this.#path, name);
  }

  /** Replaces the content of all files. */
  async swap(files: Readonly<Record<string, string>>): Promise<void> {
    this.#version += 1;
    const version = `..version-${this.#version}`;
    await mkdir(this.pathOf(version));
    for (const [name, text] of Object.entries(files)) {
      await writeFile(join(this.pathOf(version), name), text);
    }
    await symlink(version, this.pathOf('..data.new'));
    await rename(this.pathOf('..data.new'), this.pathOf('..data'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#path, { recursive: true });
  }
}
