import { inspect } from 'node:util';

import { ConfigError } from '@k8s-ccm/provider-kit';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { cloudConfigDescription } from './cloud-config-description.ts';
import { cloudConfigJsonSchema, cloudConfigTable } from './cloud-config-section.ts';
import { cloudConfigWarnings } from './cloud-config-warnings.ts';
import { parseCloudConfig } from './cloud-config.ts';
import type { InspurConfig } from './cloud-config.ts';

const parse = (text: string): Promise<InspurConfig> => parseCloudConfig(text, 'cloud-config');

async function problemsOf(text: string): Promise<readonly string[]> {
  try {
    await parse(text);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
}

const warningsOf = async (text: string): Promise<readonly string[]> =>
  cloudConfigWarnings(await parse(text)).map(
    ({ message, fields }) => `${fields['endpoint']}: ${message}`,
  );

const whole = `
region: cn-north-3
credentials:
  keycloak:
    url: https://auth.example/token
    clientId: ccm
    clientSecretFile: /etc/inspur/client-secret
    requestedSubject: user-1
endpoints:
  slb: https://service.example/regionsvc-cn-north-3/slb/v1/slbs
  ecs: http://127.0.0.1:8080/ecs/
tls:
  caFile: /etc/inspur/ca.pem
  insecureSkipVerify: [slb, keycloak]
network: { vpcId: vpc-1, subnetId: subnet-1, routeTableId: rtb-1 }
http: { timeout: 1m30s, concurrency: 8, callsPerSecond: 2.5, burst: 10 }
loadBalancer:
  listenerPortMode: both
  allowedSlbIds: [slb-shared-*, slb-7]
`;

const go = `
# the Go program's file
slbUrl-pre = https://service.cloud.inspur.com/regionsvc-cn-north-3/slb/v1/slbs
keycloakUrl=https://auth.example/token
token-client-id=ccm
client-secret=se=cr#et
requested-subject=user-1
subnet-id=subnet-1
`;

describe('parseCloudConfig of YAML', () => {
  it('reads every key', async () => {
    expect(await parse(whole)).toEqual({
      region: 'cn-north-3',
      credentials: {
        kind: 'keycloak',
        url: 'https://auth.example/token',
        clientId: 'ccm',
        clientSecret: { kind: 'file', path: '/etc/inspur/client-secret' },
        requestedSubject: 'user-1',
      },
      endpoints: {
        slb: 'https://service.example/regionsvc-cn-north-3/slb/v1/slbs',
        ecs: 'http://127.0.0.1:8080/ecs/',
      },
      tls: { caFile: '/etc/inspur/ca.pem', insecureSkipVerify: ['slb', 'keycloak'] },
      network: { vpcId: 'vpc-1', subnetId: 'subnet-1', routeTableId: 'rtb-1' },
      http: { timeoutMs: 90_000, concurrency: 8, callsPerSecond: 2.5, burst: 10 },
      loadBalancer: {
        defaults: { listenerPortMode: 'both' },
        allowedSlbIds: ['slb-shared-*', 'slb-7'],
      },
      ignoredLines: [],
    });
  });

  it('needs a region and credentials only', async () => {
    expect(await parse('{"region": "cn-north-3", "credentials": {"tokenFile": "/t"}}')).toEqual({
      region: 'cn-north-3',
      credentials: { kind: 'token', token: { kind: 'file', path: '/t' } },
      endpoints: {},
      tls: { caFile: undefined, insecureSkipVerify: [] },
      network: { vpcId: undefined, subnetId: undefined, routeTableId: undefined },
      http: { timeoutMs: 20_000, concurrency: 64, callsPerSecond: undefined, burst: undefined },
      loadBalancer: { defaults: { listenerPortMode: 'service' }, allowedSlbIds: undefined },
      ignoredLines: [],
    });
  });

  it.each([
    ['[]', []],
    ['["*"]', ['*']],
    ['[" slb-1 "]', ['slb-1']],
  ])('allows the SLBs of allowedSlbIds: %s', async (list, expected) => {
    const { loadBalancer } = await parse(`
region: r
credentials: { tokenFile: /t }
loadBalancer: { allowedSlbIds: ${list} }
`);
    expect(loadBalancer.allowedSlbIds).toEqual(expected);
  });

  it.each(['""', '".."', '"slb-?"', '"slb/1"', '"[a-z]*"', '7'])(
    'refuses the pattern %s in allowedSlbIds',
    async (pattern) => {
      expect(
        await problemsOf(`
region: r
credentials: { tokenFile: /t }
loadBalancer:
  allowedSlbIds:
  - slb-1
  - ${pattern}
`),
      ).toEqual([
        `cloud-config:7: loadBalancer.allowedSlbIds.1: found ${pattern}; allowed: the id of an SLB, in which "*" stands for any characters`,
      ]);
    },
  );

  it('takes the three kinds of credentials, with secrets that do not show', async () => {
    const key = await parse('region: r\ncredentials: { accessKey: { id: AK, secret: hush-hush } }');
    expect(key.credentials).toMatchObject({ kind: 'access-key', id: 'AK' });
    const token = await parse('region: r\ncredentials: { token: hush-hush }');
    for (const config of [key, token]) {
      expect(inspect(config, { depth: 9 }) + JSON.stringify(config)).not.toContain('hush-hush');
    }
    expect(
      token.credentials.kind === 'token' && token.credentials.token.kind === 'value'
        ? token.credentials.token.secret.reveal()
        : '',
    ).toBe('hush-hush');
  });

  it('reports everything at once, by line, without a secret', async () => {
    const text = `
regoin: cn-north-3
credentials:
  token: hush-hush
  tokenFile: /t
endpoints: { slb: "https://host/?key=hush-hush", ecs: "ftp://host" }
tls: { insecureSkipVerify: [slb, dns] }
http: { timeout: 20, concurrency: 0 }
loadBalancer: { listenerPortMode: nodeport }
`;
    expect(await problemsOf(text)).toEqual([
      'cloud-config:2: regoin: found an unknown key; allowed: one of region, credentials, endpoints, tls, network, http, loadBalancer; did you mean "region"?',
      'cloud-config:2: region: found nothing; allowed: text',
      'cloud-config:3: credentials: found token and tokenFile; allowed: exactly one of keycloak, accessKey, token, tokenFile',
      'cloud-config:6: endpoints.slb: found a URL with a query, a fragment or a user name; allowed: an http or https URL without query, fragment or user name',
      'cloud-config:6: endpoints.ecs: found "ftp://host"; allowed: an http or https URL without query, fragment or user name',
      'cloud-config:7: tls.insecureSkipVerify.1: found "dns"; allowed: slb | ecs | vpc | eip | keycloak',
      'cloud-config:8: http.timeout: found 20; allowed: a duration from 100ms to 10m0s, like 20s, 1m30s or 500ms',
      'cloud-config:8: http.concurrency: found 0; allowed: a whole number from 1 to 1024',
      'cloud-config:9: loadBalancer.listenerPortMode: found "nodeport"; allowed: service | node-port | both',
    ]);
  });

  it.each([
    'credentials: { token: 12345678 }',
    'credentials: { token: [12345678] }',
    'credentials: { accessKey: { id: a, secret: 12345678 } }',
    'credentials: { keycloak: { clientSecret: { x: 12345678 } } }',
    'credentials: 12345678',
  ])('does not show a secret of the wrong type: %s', async (text) => {
    const problems = (await problemsOf(text)).join('\n');
    expect(problems).toContain('found a');
    expect(problems).not.toContain('12345678');
  });

  it('explains itself by a table and a schema', () => {
    expect(cloudConfigTable()).toContain(
      '| `credentials.keycloak.requestedSubject` | The user whose token it is. | text | required |',
    );
    expect(cloudConfigJsonSchema()).toMatchObject({
      additionalProperties: false,
      required: ['region', 'credentials'],
    });
  });
});

const sectionIgnored =
  'a section line of the cloud-config is ignored: its keys are read as if it were absent';
const lineIgnored = 'a line of the cloud-config is ignored: it is not of the form key=value';
const keyIgnored = 'a line of the cloud-config is ignored: its key has no effect';
const overridden = 'a line of the cloud-config is ignored: a later line sets the same key';

describe('parseCloudConfig of the Go program’s lines', () => {
  it('means what it meant there', async () => {
    const { credentials, ...rest } = await parse(go);
    expect(rest).toEqual({
      region: 'cn-north-3',
      endpoints: { slb: 'https://service.cloud.inspur.com/regionsvc-cn-north-3/slb/v1/slbs' },
      tls: { caFile: undefined, insecureSkipVerify: [] },
      network: { vpcId: undefined, subnetId: 'subnet-1', routeTableId: undefined },
      http: { timeoutMs: 20_000, concurrency: 64, callsPerSecond: undefined, burst: undefined },
      loadBalancer: { defaults: { listenerPortMode: 'node-port' }, allowedSlbIds: undefined },
      ignoredLines: [],
    });
    expect(credentials).toMatchObject({ kind: 'keycloak', clientId: 'ccm' });
    expect(
      credentials.kind === 'keycloak' && credentials.clientSecret.kind === 'value'
        ? credentials.clientSecret.secret.reveal()
        : '',
    ).toBe('se=cr#et');
  });

  it('takes a static token where the exchange is not complete', async () => {
    const text = 'slbUrl-pre=http://x/regionsvc-r1/slbs\r\nkktoken=abc\r\nclient-secret=\r\n';
    expect(await parse(text)).toMatchObject({ region: 'r1', credentials: { kind: 'token' } });
  });

  it('reports everything at once, by line, without a secret', async () => {
    const text = [
      'slbUrl-pre=https://service.example/slbs',
      'client_secret=hush-hush',
      'hush-hush',
      'subnet-id=a',
      'subnet-id=b',
    ].join('\n');
    expect(await problemsOf(text)).toEqual([
      'cloud-config:1: slbUrl-pre: found "https://service.example/slbs"; allowed: a URL with the region in it, as in /regionsvc-cn-north-3/slb/v1/slbs',
      'cloud-config:1: keycloakUrl: found nothing; allowed: text, or a token in kktoken instead',
      'cloud-config:1: token-client-id: found nothing; allowed: text, or a token in kktoken instead',
      'cloud-config:1: client-secret: found nothing; allowed: text, or a token in kktoken instead',
      'cloud-config:1: requested-subject: found nothing; allowed: text, or a token in kktoken instead',
      'cloud-config:2: found an unknown key; allowed: one of slbUrl-pre, keycloakUrl, token-client-id, client-secret, requested-subject, kktoken, subnet-id; did you mean "client-secret"?',
    ]);
  });

  it('reads the file as people have it, and warns of each line that has no effect', async () => {
    const text = [
      '\uFEFF; written by hand',
      '',
      '[Global]',
      'auth-url = https://auth.example/v3',
      'password="hush-hush"',
      'KeycloakURL = "https://auth.example/token"',
      'token-client-id=old',
      'Token-Client-ID=ccm',
      '\tclient-secret =  a=b;c#d==  ',
      'requested_subject=user-0',
      'requested-subject=user-1',
      'hush-hush',
      'aHVzaC1odXNo==',
      '=hush-hush',
      '',
      '[LoadBalancer "default"] # the old form',
      'slburl-pre=https://service.example/regionsvc-cn-north-3/slb/v1/slbs',
      'slbId=slb-0000000898',
      '',
    ];
    for (const newline of ['\n', '\r\n']) {
      const config = await parse(text.join(newline));
      expect(config).toMatchObject({
        region: 'cn-north-3',
        endpoints: { slb: 'https://service.example/regionsvc-cn-north-3/slb/v1/slbs' },
        credentials: {
          kind: 'keycloak',
          url: 'https://auth.example/token',
          clientId: 'ccm',
          requestedSubject: 'user-1',
        },
      });
      expect(
        config.credentials.kind === 'keycloak' && config.credentials.clientSecret.kind === 'value'
          ? config.credentials.clientSecret.secret.reveal()
          : '',
      ).toBe('a=b;c#d==');
      expect(cloudConfigWarnings(config)).toEqual([
        { message: sectionIgnored, fields: { line: '3' } },
        { message: keyIgnored, fields: { line: '4', key: 'auth-url' } },
        { message: keyIgnored, fields: { line: '5', key: 'password' } },
        { message: overridden, fields: { line: '7', key: 'token-client-id' } },
        { message: keyIgnored, fields: { line: '10', didYouMean: 'requested-subject' } },
        { message: lineIgnored, fields: { line: '12' } },
        { message: keyIgnored, fields: { line: '13' } },
        { message: lineIgnored, fields: { line: '14' } },
        { message: sectionIgnored, fields: { line: '16' } },
        { message: keyIgnored, fields: { line: '18', key: 'slbId' } },
      ]);
      expect(Object.keys(cloudConfigDescription(config).values).join(' ')).not.toContain('ignored');
    }
  });

  it.each([
    '[Global]\nslburl-pre=http://x/regionsvc-r1/slbs\nkktoken=abc',
    '---\nslburl-pre=http://x/regionsvc-r1/slbs\nkktoken=abc',
    'incloud\nslburl-pre=http://x/regionsvc-r1/slbs\nkktoken=abc',
    ';region: r\nslburl-pre=http://x/regionsvc-r1/slbs\nkktoken=abc',
    '\uFEFF\r\n\r\n  kktoken = abc\r\nslburl-pre = http://x/regionsvc-r1/slbs',
    'slburl-pre=http://y/\nkktoken=abc\nslburl-pre=http://x/regionsvc-r1/slbs',
  ])('is recognized by its form: %j', async (text) => {
    expect(await parse(text)).toMatchObject({
      region: 'r1',
      endpoints: { slb: 'http://x/regionsvc-r1/slbs' },
      credentials: { kind: 'token' },
    });
  });

  it.each([
    ['kktoken=abc', 'cloud-config:1: slbUrl-pre: found nothing'],
    ['[Global]\nslburl-pre=x\nkktoken=abc', 'cloud-config:2: slbUrl-pre: found "x"'],
    [
      'slburl-pre=http://x/regionsvc-r1/slbs\nkktoken=abc\nkktoken=',
      'requested-subject: found nothing',
    ],
  ])('refuses a required key that is missing or malformed: %j', async (text, problem) => {
    expect((await problemsOf(text)).join('\n')).toContain(problem);
  });

  it.each([
    'region: a=b\ncredentials: {token: t}',
    '# slbUrl-pre=x\nregion: r\ncredentials: {token: t}',
    '---\nregion: r # slbUrl-pre=x\ncredentials: {token: t}',
    '{"region": "a=b", "credentials": {"token": "t"}}',
    '"region": r\ncredentials: {token: "slbUrl-pre=x"}',
  ])('is not taken for %j', async (text) => {
    expect((await parse(text)).loadBalancer.defaults.listenerPortMode).toBe('service');
  });
});

describe('parseCloudConfig of anything', () => {
  const secret = 'Xq7secretXq7';
  const place = fc.constantFrom(
    ...whole.split('\n'),
    ...go.split('\n'),
    `  token: ${secret}`,
    `    clientSecret: ${secret}`,
    `    clientSecret: "${secret}`,
    `    clientSecret: [${secret}, {`,
    `client-secret=${secret}`,
    `password=${secret}`,
    `${secret}=x`,
    '[Global]',
    `kktoken=${secret}`,
    `    accessKey: { id: x, secret: ${secret} }`,
    '---',
    '\t',
    '- a',
  );

  it('gives a configuration or problems with lines, and never shows a secret', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.array(place, { maxLength: 20 }).map((lines) => lines.join('\n')),
          fc.string({ unit: 'binary' }),
          fc.json(),
        ),
        async (text) => {
          const problems = await problemsOf(text);
          for (const problem of problems) {
            expect(problem).toMatch(/cloud-config:\d+: /);
            expect(problem).not.toContain(secret);
          }
          const warnings = problems.length > 0 ? [] : cloudConfigWarnings(await parse(text));
          expect(JSON.stringify(warnings)).not.toContain(secret);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('cloudConfigWarnings', () => {
  it('is silent about what is safe', async () => {
    expect(
      await warningsOf(`
region: r
credentials: { keycloak: { url: "http://127.0.0.1/t", clientId: c, clientSecret: s, requestedSubject: u } }
endpoints: { slb: "http://localhost:8080/x", ecs: "http://[::1]/", vpc: "https://host/" }
`),
    ).toEqual([]);
  });

  it('names each endpoint without TLS or verification', async () => {
    expect(
      await warningsOf(`
region: r
credentials: { keycloak: { url: "http://auth/t", clientId: c, clientSecret: s, requestedSubject: u } }
endpoints: { slb: "http://127.0.0.1.example.com/" }
tls: { insecureSkipVerify: [ecs] }
`),
    ).toEqual([
      'slb: an endpoint is called without TLS: anybody on the way can read and change the calls',
      'keycloak: an endpoint is called without TLS: anybody on the way can read and change the calls',
      'ecs: the certificate of an endpoint is not verified: anybody on the way can read and change the calls',
    ]);
  });
});
