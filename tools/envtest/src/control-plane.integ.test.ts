import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startComponent } from './component.ts';
import { startControlPlane } from './control-plane.ts';
import type { ControlPlane } from './control-plane.ts';
import { ask } from './http-request.ts';
import type { ComponentAnswer } from './http-request.ts';
import { poll } from './poll.ts';
import { Supervisor } from './supervisor.ts';

interface ConfigMap {
  readonly metadata: { readonly resourceVersion: string };
}

const configMaps = '/api/v1/namespaces/default/configmaps';

function call(
  controlPlane: ControlPlane,
  path: string,
  body?: object,
  token?: string,
): Promise<ComponentAnswer> {
  return ask({
    url: `${controlPlane.url}${path}`,
    ca: readFileSync(controlPlane.caFile, 'utf8'),
    token: token ?? controlPlane.token,
    ...(body === undefined ? {} : { method: 'POST', body }),
  });
}

async function addConfigMap(controlPlane: ControlPlane, name: string): Promise<string> {
  const { status, body } = await call(controlPlane, configMaps, { metadata: { name } });
  expect(status).toBe(201);
  const created: ConfigMap = JSON.parse(body);
  return created.metadata.resourceVersion;
}

describe('a control plane', () => {
  let controlPlane: ControlPlane;
  beforeAll(async () => {
    controlPlane = await startControlPlane({ users: [{ name: 'jane', groups: ['readers'] }] });
  }, 600_000);
  afterAll(() => controlPlane.stop());

  it('says its version as a release does', async () => {
    const { body } = await call(controlPlane, '/version');
    expect(JSON.parse(body)).toMatchObject({
      major: '1',
      gitVersion: expect.stringMatching(/^v1\.\d+\.\d+$/),
    });
  });

  it('writes a kubeconfig that holds all that is needed', () => {
    const file = readFileSync(controlPlane.kubeconfig, 'utf8');
    expect(JSON.parse(file)).toMatchObject({
      clusters: [{ cluster: { server: controlPlane.url } }],
      users: [{ user: { token: controlPlane.token } }],
    });
  });

  it('lets a user of the start do only what RBAC allows', async () => {
    const { token, kubeconfig } = await controlPlane.user('jane');
    expect(readFileSync(kubeconfig, 'utf8')).toContain(token);
    const { status, body } = await call(controlPlane, '/api/v1/nodes', undefined, token);
    expect(status).toBe(403);
    expect(body).toContain('User \\"jane\\" cannot list resource \\"nodes\\"');
  });

  it('knows a user that is added later, with the groups', async () => {
    const { token } = await controlPlane.user('root', ['system:masters']);
    expect((await call(controlPlane, '/api/v1/nodes', undefined, token)).status).toBe(200);
  });

  it('keeps objects and address when the API server goes away and comes back', async () => {
    await addConfigMap(controlPlane, 'kept');
    const { url } = controlPlane;
    await controlPlane.stopApiServer();
    await expect(call(controlPlane, `${configMaps}/kept`)).rejects.toThrow('ECONNREFUSED');
    await controlPlane.startApiServer();
    expect(controlPlane.url).toBe(url);
    expect((await call(controlPlane, `${configMaps}/kept`)).status).toBe(200);
  }, 60_000);

  it('answers 410 to an old version after a compaction and a restart', async () => {
    const old = await addConfigMap(controlPlane, 'first');
    await addConfigMap(controlPlane, 'second');
    await controlPlane.compact();
    await controlPlane.compact();
    await controlPlane.restartApiServer();
    const watch = `${configMaps}?watch=1&timeoutSeconds=1&resourceVersion=${old}`;
    expect((await call(controlPlane, watch)).body).toContain('"code":410');
  }, 60_000);

  it('names a port that stays taken, with the last lines of the log', async () => {
    await using supervisor = await Supervisor.start(join(controlPlane.folder, 'other-'));
    const { port } = new URL(controlPlane.etcdUrl);
    const etcd = {
      name: 'etcd',
      file: 'sh',
      args: () => ['-c', `echo listen ${port}: address already in use; exit 1`],
      isReady: () => Promise.resolve(false),
    };
    const attempt = startComponent(supervisor, etcd, { limitMs: 5000 });
    await expect(attempt).rejects.toThrow(
      /etcd did not start: .*exit code 1.*\n.*address already in use/,
    );
  });
});

describe('startControlPlane', () => {
  it('shows the last lines of a component that does not start, and leaves nothing', async () => {
    const attempt = startControlPlane({ apiServerFlags: ['--no-such-flag'] });
    await expect(attempt).rejects.toThrow(
      /kube-apiserver did not start: .*\n.*unknown flag: --no-such-flag/s,
    );
  }, 60_000);

  it('gives up when its signal aborts', async () => {
    const controller = new AbortController();
    const attempt = startControlPlane({ signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(attempt).rejects.toThrow('enough');
  }, 60_000);

  it('leaves neither processes nor files when the runner is killed', async () => {
    const program = `
      import { startControlPlane } from ${JSON.stringify(join(import.meta.dirname, 'control-plane.ts'))};
      const { url, etcdUrl, folder } = await startControlPlane();
      console.log(JSON.stringify({ url, etcdUrl, folder }));
      process.stdin.resume();`;
    const runner = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [line] = await once(runner.stdout, 'data');
    const left: Record<'url' | 'etcdUrl' | 'folder', string> = JSON.parse(String(line));
    expect(existsSync(left.folder)).toBe(true);
    runner.kill('SIGKILL');
    await poll(() => (existsSync(left.folder) ? undefined : true), {
      what: 'the end',
      limitMs: 10_000,
    });
    for (const url of [left.url, left.etcdUrl]) {
      const server = createServer();
      await once(server.listen(Number(new URL(url).port), '127.0.0.1'), 'listening');
      await once(server.close(), 'close');
    }
  }, 60_000);
});
