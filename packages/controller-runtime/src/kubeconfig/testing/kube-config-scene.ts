import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogFields, Logger } from '@k8s-ccm/cloud-provider';
import type { ApiServerConfig } from '../../api/transport/api-server-config.ts';
import { systemClock } from '../../time/clock.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { loadKubeConfig, type LoadKubeConfigOptions } from '../kube-config.ts';

/** Content of a kubeconfig for tests, in addition to the required fields. */
export interface KubeConfigParts {
  readonly cluster?: object;
  readonly user?: object;
}

/** A kubeconfig with the context `main`, and the context `nobody` without a user. */
export function kubeConfig({ cluster = {}, user = {} }: KubeConfigParts = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'main',
    contexts: [
      { name: 'main', context: { cluster: 'c', user: 'u', namespace: 'ccm' } },
      { name: 'nobody', context: { cluster: 'c' } },
    ],
    clusters: [{ name: 'c', cluster: { server: 'https://example.test:6443', ...cluster } }],
    users: [{ name: 'u', user }],
  };
}

/** A temporary folder with kubeconfig files, and the log of reading them. */
export class KubeConfigScene implements AsyncDisposable {
  readonly folder: string;
  readonly clock = new FakeClock();
  readonly warnings: string[] = [];
  readonly #log: Logger = {
    error: () => undefined,
    warn: (message, fields: LogFields = {}) => {
      const { problem } = fields;
      this.warnings.push(typeof problem === 'string' ? `${message}: ${problem}` : message);
    },
    info: () => undefined,
    debug: () => undefined,
    child: () => this.#log,
  };

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<KubeConfigScene> {
    return new KubeConfigScene(await mkdtemp(join(tmpdir(), 'kube-config-')));
  }

  /** Returns the path of a file in the folder. */
  path(name: string): string {
    return join(this.folder, name);
  }

  async write(name: string, content: string | Buffer | object): Promise<string> {
    const isText = typeof content === 'string' || Buffer.isBuffer(content);
    await writeFile(this.path(name), isText ? content : JSON.stringify(content));
    return this.path(name);
  }

  /** Writes a shell script that works in the folder. */
  async script(name: string, ...lines: readonly string[]): Promise<string> {
    const path = await this.write(
      name,
      ['#!/bin/sh', `cd '${this.folder}'`, ...lines, ''].join('\n'),
    );
    await chmod(path, 0o755);
    return path;
  }

  async read(name: string): Promise<string> {
    return await readFile(this.path(name), 'utf8');
  }

  /** Waits until a script has written a line to a file, and returns the line. */
  async lineIn(name: string): Promise<string> {
    const end = systemClock.monotonic() + 20_000;
    while (systemClock.monotonic() < end) {
      const text = await this.read(name).catch(() => '');
      if (text.endsWith('\n')) return text.trim();
      await systemClock.sleep(10);
    }
    throw new Error(`nothing was written to ${name} within 20 s`);
  }

  /** Loads `content` as the kubeconfig `config`, in an environment that names no other. */
  async load(
    content: string | Buffer | object,
    options: Partial<LoadKubeConfigOptions> = {},
  ): Promise<ApiServerConfig> {
    const kubeconfig = await this.write('config', content);
    return await this.loadWith({ kubeconfig, ...options });
  }

  async loadWith(options: Partial<LoadKubeConfigOptions>): Promise<ApiServerConfig> {
    const { PATH } = process.env;
    return await loadKubeConfig({ clock: this.clock, log: this.#log, env: { PATH }, ...options });
  }

  /** Returns the message of the error with which loading fails. Empty if loading succeeds. */
  async problem(
    content: string | Buffer | object,
    options: Partial<LoadKubeConfigOptions> = {},
  ): Promise<string> {
    try {
      await this.load(content, options);
      return '';
    } catch (error) {
      return String(error).replaceAll(this.folder, '');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}
