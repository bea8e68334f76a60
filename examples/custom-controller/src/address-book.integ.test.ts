import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import type { KubernetesObject } from '@k8s-ccm/cloud-provider';
import {
  KubeClient,
  isNotFound,
  loadKubeConfig,
  systemClock,
  systemRandom,
} from '@k8s-ccm/controller-runtime';
import { startControlPlane } from '@k8s-ccm/envtest';
import type { ControlPlane } from '@k8s-ccm/envtest';

interface ConfigMap extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

const book = { name: 'load-balancers', namespace: 'default' };

describe('the example of a custom controller', () => {
  let controlPlane: ControlPlane;
  let client: KubeClient;
  beforeAll(async () => {
    controlPlane = await startControlPlane();
    const base = { clock: systemClock, random: systemRandom, log: silentLogger };
    const config = await loadKubeConfig({ kubeconfig: controlPlane.kubeconfig, ...base });
    client = KubeClient.create({ config, userAgent: 'test', ...base });
  }, 600_000);
  afterAll(async () => {
    await client.close();
    await controlPlane.stop();
  });

  /** The program of the README, as a process. */
  function startProgram() {
    const child = spawn(
      process.execPath,
      [
        '--conditions=@k8s-ccm/source',
        join(import.meta.dirname, 'main.ts'),
        '--cloud-provider=none',
        `--kubeconfig=${controlPlane.kubeconfig}`,
        '--secure-port=0',
      ],
      { stdio: ['ignore', 'inherit', 'pipe'] },
    );
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
    const exited = once(child, 'close');
    return {
      log: () => log,
      stop: async () => {
        child.kill('SIGTERM');
        return exited;
      },
      [Symbol.asyncDispose]: async () => {
        child.kill('SIGKILL');
        await exited;
      },
    };
  }

  async function setAddress(name: string, ip: string): Promise<void> {
    await client.services.patch(
      { name, namespace: 'default' },
      { status: { loadBalancer: { ingress: [{ ip }] } } },
      { type: 'merge', subresource: 'status' },
    );
  }

  async function untilBook(
    expected: Readonly<Record<string, string>>,
    log: () => string,
  ): Promise<void> {
    const books = client.resource<ConfigMap>({
      group: '',
      version: 'v1',
      plural: 'configmaps',
      namespaced: true,
    });
    let found: object | undefined;
    for (let look = 0; look < 500; look += 1) {
      found = await books.get(book).then(
        ({ data }) => data ?? {},
        (error: unknown) => {
          if (!isNotFound(error)) throw error;
          return undefined;
        },
      );
      if (JSON.stringify(found) === JSON.stringify(expected)) return;
      await systemClock.sleep(50);
    }
    throw new Error(`the address book is ${JSON.stringify(found)}\n${log()}`);
  }

  it('writes the addresses of Services into a ConfigMap, and mends it', async () => {
    await using program = startProgram();
    for (const name of ['shop', 'mail']) {
      await client.services.create({
        metadata: { name, namespace: 'default' },
        spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
      });
    }
    await setAddress('shop', '203.0.113.7');
    await untilBook({ shop: '203.0.113.7' }, program.log);
    await setAddress('mail', '203.0.113.8');
    await untilBook({ mail: '203.0.113.8', shop: '203.0.113.7' }, program.log);
    await client
      .resource<ConfigMap>({ group: '', version: 'v1', plural: 'configmaps', namespaced: true })
      .delete(book);
    await untilBook({ mail: '203.0.113.8', shop: '203.0.113.7' }, program.log);
    await client.services.delete({ name: 'mail', namespace: 'default' });
    await untilBook({ shop: '203.0.113.7' }, program.log);
    expect(await program.stop()).toEqual([0, null]);
  });

  it('is the code that the guide shows, and short', async () => {
    const guide = await readFile(
      join(import.meta.dirname, '../../../docs/guides/custom-controller.md'),
      'utf8',
    );
    const blocks = [...guide.matchAll(/^```ts\n(?<code>.*?)^```/gms)].map(
      ({ groups }) => groups?.['code'] ?? '',
    );
    const files = await Promise.all(
      ['address-book.ts', 'main.ts'].map((file) =>
        readFile(join(import.meta.dirname, file), 'utf8'),
      ),
    );
    expect(blocks).toEqual(files);
    const [controller = ''] = files;
    const logic = controller.slice(controller.indexOf('export const'));
    expect(logic.split('\n').filter((line) => line.trim() !== '').length).toBeLessThan(50);
  });
});
