import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestAuthority, yamlForms } from '@k8s-ccm/foundation/testing';
import type { JsonValue } from '@k8s-ccm/foundation/testing';
import * as fc from 'fast-check';
import { KubeConfigScene } from './testing/kube-config-scene.ts';

let scene: KubeConfigScene;
let authority: TestAuthority;
beforeAll(async () => {
  scene = await KubeConfigScene.create();
  authority = await TestAuthority.create('cluster', Date.UTC(2026, 0, 1));
});
afterAll(() => scene[Symbol.asyncDispose]());

const visible = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCodePoint(code)),
  minLength: 1,
});
/** Words that YAML interprets unless they are quoted, and arbitrary ones. */
const word = fc.oneof(
  visible,
  fc.constantFrom('yes', 'null', '~', '0123', '1e5', '<<', '0x1F', '2001-01-01'),
);
type Fields = Readonly<Record<string, JsonValue>>;
const some = (model: Record<string, fc.Arbitrary<JsonValue>>): fc.Arbitrary<Fields> =>
  fc.record(model, { requiredKeys: [] }).map((fields) => JSON.parse(JSON.stringify(fields)));
const nothing = fc.constant<Fields>({});

const cluster = some({
  'insecure-skip-tls-verify': fc.boolean(),
  'tls-server-name': fc.domain(),
  'proxy-url': fc.constant('http://proxy.test:3128'),
  'disable-compression': fc.boolean(),
});
const credentials = fc.oneof(
  nothing,
  word.map((token): Fields => ({ token })),
  some({ username: word, password: word }),
);
const impersonation = fc.oneof(
  nothing,
  fc
    .tuple(word, fc.array(word), fc.dictionary(word, fc.array(word)))
    .map(([as, groups, extra]): Fields => ({ as, 'as-groups': groups, 'as-user-extra': extra })),
);
const ca = fc
  .boolean()
  .map((has): Fields => (has ? { 'certificate-authority-data': btoa(authority.certificate) } : {}));

/** The expected result, in whatever form it is written. */
async function loaded(text: string): Promise<unknown> {
  const { server, namespace, proxyUrl, source, tls, credentials: own } = await scene.load(text);
  return { server, namespace, proxyUrl, source, tls: await tls(), headers: await own.headers() };
}

describe('loadKubeConfig', () => {
  it('returns the same for block and flow style, anchors, merges and JSON', async () => {
    await fc.assert(
      fc.asyncProperty(cluster, ca, credentials, impersonation, word, async (...parts) => {
        const [clusterFields, caFields, credentialFields, impersonated, name] = parts;
        const server = 'https://example.test';
        const forms = yamlForms({
          'current-context': name,
          contexts: [{ name, context: { cluster: name, user: name, namespace: name } }],
          clusters: [{ name, cluster: { server, ...caFields, ...clusterFields } }],
          users: [{ name, user: { ...credentialFields, ...impersonated } }],
        });
        const json = await loaded(forms.json);
        for (const text of Object.values(forms)) expect(await loaded(text)).toEqual(json);
        const { token } = credentialFields;
        const headers = typeof token === 'string' ? { authorization: `Bearer ${token}` } : {};
        expect(json).toMatchObject({ server, namespace: name, headers });
      }),
    );
  });
});
