import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KubeConfigScene, kubeConfig } from './testing/kube-config-scene.ts';

let scene: KubeConfigScene;
beforeEach(async () => {
  scene = await KubeConfigScene.create();
});
afterEach(() => scene[Symbol.asyncDispose]());

const withProvider = (name: string, config: object): object =>
  kubeConfig({ user: { 'auth-provider': { name, config } } });

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Returns an unsigned token that expires `exp` seconds after the epoch. */
function jwt(exp: number): string {
  return `${part({ alg: 'none' })}.${part({ exp })}.c2ln`;
}

const place = 'KubeConfigError: kubeconfig /config:1: user "u": auth-provider';

describe('the auth provider oidc', () => {
  it('provides its token', async () => {
    const token = jwt(4_102_444_800);
    const { credentials } = await scene.load(withProvider('oidc', { 'id-token': token }));
    expect(await credentials.headers()).toEqual({ authorization: `Bearer ${token}` });
  });

  it.each([
    ['has no token', {}],
    ['has a token that has expired, and nothing to renew it', { 'id-token': jwt(1) }],
  ])('is rejected, and not anonymous, if it %s', async (_, config) => {
    expect(await scene.problem(withProvider('oidc', config))).toBe(
      `${place}.config: the provider "oidc" returned no token; allowed: an id-token, and a refresh-token with client-id and idp-issuer-url to renew it`,
    );
  });

  it('is rejected without quoting its token if that is not a JWT', async () => {
    const problem = await scene.problem(
      withProvider('oidc', { 'id-token': 's3cret.s3cret.s3cret' }),
    );
    expect(problem).toContain(`${place}.name: the provider "oidc" failed: `);
    expect(problem).not.toContain('s3cret');
  });

  it.each([
    ['s3cret!', 'found a text that is not base64; allowed: PEM in base64'],
    [btoa('s3cret'), 'it contains no certificate in PEM form'],
  ])('is rejected if its certificate authority is %j', async (data, expected) => {
    const config = { 'id-token': jwt(4_102_444_800), 'idp-certificate-authority-data': data };
    expect(await scene.problem(withProvider('oidc', config))).toBe(
      `${place}.config.idp-certificate-authority-data: ${expected}`,
    );
  });

  it('never runs a program that its configuration names', async () => {
    const path = await scene.script('plugin', 'touch ran');
    const config = { exec: { command: path }, 'cmd-path': path, 'id-token': jwt(4_102_444_800) };
    await scene.load(withProvider('oidc', config));
    await expect(scene.read('ran')).rejects.toThrow('ENOENT');
  });
});
