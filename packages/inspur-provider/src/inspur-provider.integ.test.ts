import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CloudProviderRegistry, silentLogger } from '@k8s-ccm/cloud-provider';
import type {
  ApiBudget,
  ApiRequest,
  CloudProvider,
  LogFields,
  Logger,
  ProviderMetrics,
} from '@k8s-ccm/cloud-provider';
import { startEmulator } from '@k8s-ccm/inspur-emulator';
import type { Emulator } from '@k8s-ccm/inspur-emulator';
import type { CloudCall } from '@k8s-ccm/inspur-sdk';
import { describe, expect, it } from '@jest/globals';

import { parseCloudConfig } from './cloud-config.ts';
import { createInspurProvider } from './inspur-provider.ts';
import { registerInspurProvider } from './register-inspur-provider.ts';
import { twoSlbs } from './testing/emulated-cloud.ts';
import { ServiceActor } from './testing/service-actor.ts';
import { buildNodes, buildService } from './testing/service-fixtures.ts';

/** Keeps every line with its fields, as text. */
class LogLines implements Logger {
  readonly lines: string[] = [];
  readonly error = this.#add('error');
  readonly warn = this.#add('warn');
  readonly info = this.#add('info');
  readonly debug = this.#add('debug');

  child(): Logger {
    return this;
  }

  #add(level: string) {
    return (message: string, fields?: LogFields): void => {
      this.lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
    };
  }
}

class CountedMetrics implements ProviderMetrics {
  readonly requests: ApiRequest[] = [];
  readonly unverified: string[] = [];
  readonly budgets: ApiBudget[] = [];

  showBudget(budget: ApiBudget): void {
    this.budgets.push(budget);
  }

  observeApiRequest(request: ApiRequest): void {
    this.requests.push(request);
  }

  setTlsVerificationDisabled(endpoint: string): void {
    this.unverified.push(endpoint);
  }
}

async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'inspur-provider-'));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const keycloakFile = ({ slbUrl, credentials: { keycloak } }: Emulator, secretFile: string) => `
region: cn-north-3
credentials:
  keycloak:
    url: ${keycloak.url}
    clientId: ${keycloak.clientId}
    clientSecretFile: ${secretFile}
    requestedSubject: ${keycloak.requestedSubject}
endpoints: { slb: ${slbUrl} }
`;

const goFile = ({ slbUrl, credentials: { keycloak } }: Emulator) => `
slbUrl-pre=${slbUrl}
keycloakUrl=${keycloak.url}
token-client-id=${keycloak.clientId}
client-secret=${keycloak.clientSecret}
requested-subject=${keycloak.requestedSubject}
`;

/** Ensures a Service and gives the ports on which it then has listeners. */
async function listen(provider: CloudProvider, emulator: Emulator): Promise<readonly number[]> {
  const { loadBalancer } = provider;
  if (loadBalancer === undefined) throw new Error('the provider has no load balancer');
  await new ServiceActor(buildService()).ensure(loadBalancer, buildNodes(1));
  return emulator.state().listeners.map(({ port }) => port);
}

async function createByName(
  name: string,
  configFile?: string,
  metrics?: ProviderMetrics,
): Promise<CloudProvider | undefined> {
  const registry = new CloudProviderRegistry();
  registerInspurProvider(registry);
  return await registry.create(name, {
    log: silentLogger,
    signal: new AbortController().signal,
    ...(configFile === undefined ? {} : { configFile }),
    ...(metrics === undefined ? {} : { metrics }),
  });
}

describe('createInspurProvider', () => {
  it.each([
    ['a keycloak secret in a file', keycloakFile, 80],
    [
      'an access key',
      ({ slbUrl, credentials: { accessKey } }: Emulator) =>
        `{region: cn-north-3, endpoints: {slb: "${slbUrl}"}, credentials: {accessKey: {id: ${accessKey.id}, secret: ${accessKey.secret}}}}`,
      80,
    ],
    [
      'a token',
      ({ slbUrl, credentials: { token } }: Emulator) =>
        `{region: cn-north-3, endpoints: {slb: "${slbUrl}"}, credentials: {token: ${token}}}`,
      80,
    ],
    ['the Go program’s file', goFile, 30080],
  ])('reaches the cloud with %s', async (_, textOf, port) => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await withFolder(async (folder) => {
      const secretFile = join(folder, 'secret');
      await writeFile(secretFile, `${emulator.credentials.keycloak.clientSecret}\n`);
      const log = new LogLines();
      const calls: CloudCall[] = [];
      const provider = createInspurProvider({
        config: await parseCloudConfig(textOf(emulator, secretFile), 'cloud-config'),
        log,
        onCloudCall: (call) => calls.push(call),
      });
      expect(await listen(provider, emulator)).toEqual([port]);
      await provider.close?.();
      expect(
        log.lines.filter((line) => !/^debug cloud request|^info no routes/.test(line)),
      ).toEqual([]);
      expect(log.lines.join('\n')).toContain('"operation":"AddMembers","attempt":1,"status":200');
      expect(log.lines.join('\n')).not.toContain('emulator-');
      expect(calls.map(({ operation }) => operation)).toContain('AddMembers');
      expect(JSON.stringify(calls)).not.toContain('emulator-');
    });
  });

  it('reads a secret again when its file changes', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await withFolder(async (folder) => {
      const secretFile = join(folder, 'secret');
      await writeFile(secretFile, 'not the token');
      const { slbUrl, credentials } = emulator;
      const text = `{region: r, endpoints: {slb: "${slbUrl}"}, credentials: {tokenFile: ${secretFile}}}`;
      const provider = createInspurProvider({
        config: await parseCloudConfig(text, 'cloud-config'),
      });
      await expect(listen(provider, emulator)).rejects.toThrow(
        /code 107\.999401.*Check the credentials in the cloud-config/,
      );
      await writeFile(secretFile, credentials.token);
      expect(await listen(provider, emulator)).toEqual([80]);
      await provider.close?.();
    });
  });

  it('warns at every start of what is not safe', async () => {
    const log = new LogLines();
    const text =
      '{region: r, credentials: {token: hush-hush}, endpoints: {slb: "http://slb.example/"}, tls: {insecureSkipVerify: [ecs]}}';
    await createInspurProvider({ config: await parseCloudConfig(text, 'c'), log }).close?.();
    expect(log.lines.filter((line) => line.startsWith('warn'))).toEqual([
      'warn an endpoint is called without TLS: anybody on the way can read and change the calls {"endpoint":"slb","url":"http://slb.example/"}',
      'warn the certificate of an endpoint is not verified: anybody on the way can read and change the calls {"endpoint":"ecs"}',
    ]);
  });

  it('counts each request on the wire once, by the code of its answer', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await withFolder(async (folder) => {
      const secretFile = join(folder, 'secret');
      await writeFile(secretFile, 'not the token');
      const { slbUrl, credentials } = emulator;
      const text = `{region: r, endpoints: {slb: "${slbUrl}"}, credentials: {tokenFile: ${secretFile}}}`;
      const metrics = new CountedMetrics();
      const calls: CloudCall[] = [];
      const provider = createInspurProvider({
        config: await parseCloudConfig(text, 'cloud-config'),
        metrics,
        onCloudCall: (call) => calls.push(call),
      });
      await expect(listen(provider, emulator)).rejects.toThrow('107.999401');
      expect(metrics.requests.at(-1)).toMatchObject({ code: '107.999401' });
      await writeFile(secretFile, credentials.token);
      await listen(provider, emulator);
      await provider.close?.();
      const attempts = calls.filter(({ phase }) => phase === 'attempt');
      expect(attempts.length).toBeLessThan(calls.length);
      expect(metrics.requests.map(({ operation }) => operation)).toEqual(
        attempts.map(({ operation }) => operation),
      );
      expect(metrics.requests.at(-1)).toEqual({
        operation: attempts.at(-1)?.operation,
        code: '200',
        durationSeconds: (attempts.at(-1)?.durationMs ?? Number.NaN) / 1000,
        answered: true,
        retried: false,
        throttled: false,
        waitSeconds: (attempts.at(-1)?.throttledMs ?? Number.NaN) / 1000,
      });
    });
  });

  it.each([
    [429, { answered: false, retried: true, throttled: true }],
    [503, { answered: false, retried: true, throttled: false }],
  ])('tells what became of a request that was answered with %i', async (status, expected) => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    emulator.setFaults([{ operation: 'GetLoadBalancer', times: 1, status }]);
    const { slbUrl, credentials } = emulator;
    const text = `{region: r, endpoints: {slb: "${slbUrl}"}, credentials: {token: ${credentials.token}}}`;
    const metrics = new CountedMetrics();
    const config = await parseCloudConfig(text, 'cloud-config');
    const provider = createInspurProvider({ config, metrics });
    await listen(provider, emulator);
    const tries = metrics.requests.filter(({ operation }) => operation === 'GetLoadBalancer');
    expect(tries[0]).toMatchObject(expected);
    expect(tries[1]).toMatchObject({ answered: true, throttled: false });
    await provider.close?.();
  });

  it('shows the budget of its account, which the next provider of the account shares', async () => {
    const text = '{region: r, credentials: {token: t}, http: {concurrency: 7}}';
    const metrics = new CountedMetrics();
    const config = await parseCloudConfig(text, 'cloud-config');
    const providers = [1, 2].map(() => createInspurProvider({ config, metrics }));
    expect(metrics.budgets[0]?.available).toBe(7);
    expect(metrics.budgets[0]?.callsPerSecond).toBe(Infinity);
    expect(metrics.budgets[1]).toBe(metrics.budgets[0]);
    for (const provider of providers) await provider.close?.();
  });

  it('sends the id of the reconcile with each request', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    const { slbUrl, credentials } = emulator;
    const text = `{region: r, endpoints: {slb: "${slbUrl}"}, credentials: {token: ${credentials.token}}}`;
    const config = await parseCloudConfig(text, 'cloud-config');
    const provider = createInspurProvider({ config, correlationId: () => 'sync-1' });
    await listen(provider, emulator);
    expect(new Set(emulator.calls().calls.map(({ requestId }) => requestId))).toEqual(
      new Set(['sync-1']),
    );
    await provider.close?.();
  });

  it('counts a request without an answer', async () => {
    const text =
      '{region: r, endpoints: {slb: "http://127.0.0.1:1/"}, credentials: {token: t}, http: {timeout: 1s}}';
    await using emulator = await startEmulator();
    const metrics = new CountedMetrics();
    const config = await parseCloudConfig(text, 'cloud-config');
    const provider = createInspurProvider({ config, metrics });
    await expect(listen(provider, emulator)).rejects.toThrow('127.0.0.1:1');
    await provider.close?.();
    expect(new Set(metrics.requests.map(({ code }) => code))).toEqual(new Set(['none']));
  });

  it('refuses a CA file that is not there', async () => {
    const text = '{region: r, credentials: {token: t}, tls: {caFile: /does/not/exist.pem}}';
    const config = await parseCloudConfig(text, 'c');
    expect(() => createInspurProvider({ config })).toThrow('ENOENT');
  });

  it('ends what is under way when it is closed', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs, latency: { ms: 60_000 } });
    const { slbUrl, credentials } = emulator;
    const text = `{region: r, endpoints: {slb: "${slbUrl}"}, credentials: {token: ${credentials.token}}}`;
    const provider = createInspurProvider({ config: await parseCloudConfig(text, 'c') });
    const listening = Promise.allSettled([listen(provider, emulator)]);
    await provider.close?.();
    expect(await listening).toMatchObject([{ status: 'rejected' }]);
  });
});

describe('registerInspurProvider', () => {
  it.each(['inspur', 'incloud'])('makes the provider by the name %s', async (name) => {
    await withFolder(async (folder) => {
      const file = join(folder, 'cloud-config');
      await writeFile(file, 'region: r\ncredentials: { token: t }\n');
      const provider = await createByName(name, file);
      expect(provider?.name).toBe('inspur');
      expect(provider?.hasClusterId?.()).toBe(true);
      await provider?.close?.();
    });
  });

  it('tells the metrics that it was made with whose certificate is not verified', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'cloud-config');
      const tls = 'tls: { insecureSkipVerify: [slb, ecs] }';
      await writeFile(file, `region: r\ncredentials: { token: t }\n${tls}\n`);
      const metrics = new CountedMetrics();
      const provider = await createByName('inspur', file, metrics);
      expect(metrics.unverified).toEqual(['slb', 'ecs']);
      await provider?.close?.();
    });
  });

  it('says at once that the file of its secret is not there', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'cloud-config');
      await writeFile(file, 'region: r\ncredentials: { tokenFile: /no/such/file }\n');
      await expect(createByName('inspur', file)).rejects.toThrow(
        'secret file "/no/such/file" cannot be read',
      );
    });
  });

  it('says what is missing without a file', async () => {
    await expect(createByName('inspur')).rejects.toThrow(
      '--cloud-config: found nothing; allowed: the path of a file that says which account',
    );
  });

  it('says what is wrong in a file, and where', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'cloud-config');
      await writeFile(file, 'region: r\ncredentails: { token: t }\n');
      await expect(createByName('inspur', file)).rejects.toThrow(
        `${file}:2: credentails: found an unknown key`,
      );
    });
  });
});
