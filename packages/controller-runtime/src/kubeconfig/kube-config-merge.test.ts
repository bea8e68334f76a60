import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TestAuthority } from '@k8s-ccm/foundation/testing';
import type { ApiServerConfig } from '../api/transport/api-server-config.ts';
import { KubeConfigScene } from './testing/kube-config-scene.ts';

let scene: KubeConfigScene;
beforeEach(async () => {
  scene = await KubeConfigScene.create();
});
afterEach(() => scene[Symbol.asyncDispose]());

async function loadAll(...names: readonly string[]): Promise<ApiServerConfig> {
  const KUBECONFIG = names.map((name) => scene.path(name)).join(delimiter);
  return await scene.loadWith({ env: { KUBECONFIG } });
}

const context = (cluster: string, user: string): object => ({
  name: 'main',
  context: { cluster, user },
});
const cluster = (name: string, server: string): object => ({ name, cluster: { server } });
const user = (name: string, fields: object): object => ({ name, user: fields });

describe('KUBECONFIG outside a pod', () => {
  it('may name several files that are merged', async () => {
    await scene.write('contexts', { 'current-context': 'main', contexts: [context('c', 'u')] });
    await scene.write('clusters', { clusters: [cluster('c', 'https://example.test')] });
    await scene.write('users', { users: [user('u', { token: 't' })] });
    const { server, credentials, source } = await loadAll('contexts', 'clusters', 'users');
    expect(server).toBe('https://example.test');
    expect(await credentials.headers()).toEqual({ authorization: 'Bearer t' });
    expect(source).toContain(`contexts${delimiter}`);
  });

  it('gives precedence to the first file with a name', async () => {
    await scene.write('one', {
      contexts: [context('c', 'u')],
      users: [user('u', { username: 'joe' })],
    });
    await scene.write('two', {
      'current-context': 'main',
      contexts: [context('x', 'y')],
      clusters: [cluster('c', 'https://two.test')],
      users: [user('u', { token: 'two', password: 'two' })],
    });
    await scene.write('three', {
      'current-context': 'other',
      clusters: [cluster('c', 'https://three.test')],
    });
    const { server, credentials } = await loadAll('one', 'two', 'three');
    expect(server).toBe('https://two.test');
    expect(await credentials.headers()).toEqual({ authorization: `Basic ${btoa('joe:')}` });
  });

  it('resolves each path relative to the file that contains it', async () => {
    const authority = await TestAuthority.create('cluster', Date.UTC(2026, 0, 1));
    await mkdir(scene.path('a'));
    await mkdir(scene.path('b'));
    await scene.write(join('a', 'ca.crt'), authority.certificate);
    await scene.write(join('b', 'token'), 't');
    await scene.write(join('a', 'config'), {
      'current-context': 'main',
      contexts: [context('c', 'u')],
      clusters: [
        {
          name: 'c',
          cluster: { server: 'https://example.test', 'certificate-authority': 'ca.crt' },
        },
      ],
    });
    await scene.write(join('b', 'config'), { users: [user('u', { tokenFile: 'token' })] });
    const { tls, credentials } = await loadAll(join('a', 'config'), join('b', 'config'));
    expect(await tls()).toMatchObject({ ca: authority.certificate });
    expect(await credentials.headers()).toEqual({ authorization: 'Bearer t' });
  });

  it('ignores files that do not exist and empty files, and names a malformed one with its line', async () => {
    await scene.write('empty', '');
    await scene.write('good', {
      'current-context': 'main',
      contexts: [context('c', 'u')],
      clusters: [cluster('c', 'https://example.test')],
      users: [user('u', { token: 't' })],
    });
    expect((await loadAll('missing', 'empty', 'good', 'good')).server).toBe('https://example.test');
    await scene.write('bad', 'users:\n- name: u\n  user: { token: 7 }\n');
    await expect(loadAll('good', 'bad')).resolves.toBeDefined();
    await expect(loadAll('bad', 'good')).rejects.toThrow(/bad:3: user "u": token: found a number/);
    await scene.write('worse', 'users:\n\t- name: u\n');
    await expect(loadAll('good', 'worse')).rejects.toThrow(/worse:2: found a tab as indentation/);
  });

  it('must name a file that exists', async () => {
    await expect(loadAll('one', 'two')).rejects.toThrow(/one.*two: none of the files exists$/);
  });

  it('does not take precedence over --kubeconfig, --master or a pod', async () => {
    const env = { KUBECONFIG: scene.path('missing') };
    const kubeconfig = await scene.write('config', {
      'current-context': 'main',
      contexts: [context('c', '')],
      clusters: [cluster('c', 'https://file.test')],
    });
    expect((await scene.loadWith({ kubeconfig, env })).server).toBe('https://file.test');
    expect((await scene.loadWith({ master: 'https://flag.test', env })).server).toBe(
      'https://flag.test',
    );
    const pod = { ...env, KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };
    await expect(scene.loadWith({ env: pod, inCluster: { folder: scene.folder } })).rejects.toThrow(
      /^in-cluster configuration: /,
    );
  });

  it('is read again completely when one of its files changes', async () => {
    await scene.write('one', {
      'current-context': 'main',
      contexts: [context('c', 'u')],
      clusters: [cluster('c', 'https://example.test')],
    });
    await scene.write('two', { users: [user('u', { token: 'old' })] });
    const { credentials } = await loadAll('one', 'two');
    await scene.write('two', { users: [user('u', { token: 'new' })] });
    credentials.refuse(await credentials.headers());
    expect(await credentials.headers()).toEqual({ authorization: 'Bearer new' });
  });
});
