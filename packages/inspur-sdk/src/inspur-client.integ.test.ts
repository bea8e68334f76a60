import { describe, expect, it } from '@jest/globals';
import { Budget, Secret, systemClock } from '@k8s-ccm/cloud-http';
import type { CloudSeed, Emulator, Fault } from '@k8s-ccm/inspur-emulator';
import { startEmulator } from '@k8s-ccm/inspur-emulator';
import { request } from 'undici';
import { accessKeyCredentials, accessKeyHeaders } from './auth/access-key-credentials.ts';
import type { Credentials } from './auth/credentials.ts';
import { keycloakCredentials } from './auth/keycloak-credentials.ts';
import { tokenCredentials } from './auth/token-credentials.ts';
import type { InspurClientOptions } from './inspur-client.ts';
import { InspurClient } from './inspur-client.ts';
import {
  isListenerNotFound,
  isListenerPortInUse,
  isSlbNotFound,
} from './slb/slb-error-predicates.ts';
import type { SlbClient } from './slb/slb.ts';
import { listenerSpec, memberSpec, otherMemberSpec } from './testing/samples.ts';

const seed: CloudSeed = {
  slbs: [
    { slbId: 'slb-1', slbName: 'front', businessIp: '10.0.0.8', scheme: 'internet-facing' },
    { slbId: 'slb-2', slbName: 'bound', eipId: 'eip-2', eipAddress: '203.0.113.2' },
    { slbId: 'slb-3', slbName: 'empty' },
  ],
  listeners: [
    { slbId: 'slb-1', listenerId: 'l-1', listenerName: 'ours', protocol: 'TCP', port: 443 },
    { slbId: 'slb-1', listenerId: 'l-2', listenerName: 'strange', protocol: 'UDP', port: 80 },
  ],
  members: ['m-1', 'm-2', 'm-3'].map((backendId, index) => ({
    backendId,
    listenerId: 'l-1',
    serverId: `old-${index}`,
    serverName: `old-${index}`,
    serverIp: `10.0.2.${index + 1}`,
    port: 30443,
  })),
  servers: ['server-1', 'server-2', 'old-0', 'old-1', 'old-2'].map((serverId) => ({ serverId })),
  eips: [
    { eipId: 'eip-1', eipAddress: '203.0.113.1' },
    { eipId: 'eip-2', eipAddress: '203.0.113.2', bindResourceId: 'slb-2', bindResourceType: 'SLB' },
  ],
};

const slbSpec = {
  slbName: 'new',
  scheme: 'internal',
  vpcId: 'vpc-1',
  subnetId: 'subnet-1',
  specificationId: 'spec-1',
  chargeType: 'hourly',
} as const;

function credentialsOf({ credentials }: Emulator): readonly Credentials[] {
  const { accessKey, keycloak, token } = credentials;
  return [
    keycloakCredentials({ ...keycloak, clientSecret: new Secret(keycloak.clientSecret) }),
    accessKeyCredentials({ id: accessKey.id, secret: new Secret(accessKey.secret) }),
    tokenCredentials({ token: new Secret(token) }),
  ];
}

function connect(
  emulator: Emulator,
  credentials: Credentials,
  options: Partial<InspurClientOptions> = {},
): InspurClient {
  return new InspurClient({
    region: emulator.region,
    endpoints: { slb: emulator.slbUrl },
    credentials,
    budget: new Budget(),
    random: { next: () => 0 },
    ...options,
  });
}

function keycloakOf(emulator: Emulator): Credentials {
  const { keycloak } = emulator.credentials;
  return keycloakCredentials({ ...keycloak, clientSecret: new Secret(keycloak.clientSecret) });
}

function operationsOf(emulator: Emulator): readonly string[] {
  return emulator.calls().calls.map(({ operation }) => operation);
}

/** Every operation, with prepared data. */
const operations: Readonly<Record<string, (slb: SlbClient) => Promise<unknown>>> = {
  GetLoadBalancer: (slb) => slb.getLoadBalancer('slb-1'),
  ListLoadBalancers: (slb) => slb.listLoadBalancers({ name: 'front' }),
  CreateLoadBalancer: (slb) => slb.createLoadBalancer(slbSpec),
  RenameLoadBalancer: (slb) => slb.renameLoadBalancer('slb-1', 'renamed'),
  DeleteLoadBalancer: (slb) => slb.deleteLoadBalancer('slb-3'),
  BindEip: (slb) => slb.bindEip('slb-1', 'eip-1'),
  UnbindEip: (slb) => slb.unbindEip('slb-2'),
  ListListeners: (slb) => slb.listListeners('slb-1'),
  GetListener: (slb) => slb.getListener('slb-1', 'l-1'),
  CreateListener: (slb) => slb.createListener('slb-1', listenerSpec),
  UpdateListener: (slb) => slb.updateListener('slb-1', 'l-1', { ...listenerSpec, port: 8443 }),
  DeleteListener: (slb) => slb.deleteListener('slb-1', 'l-1'),
  ListMembers: (slb) => slb.members.list('slb-1', 'l-1'),
  AddMembers: (slb) => slb.members.add('slb-1', 'l-1', [memberSpec, otherMemberSpec]),
  RemoveMembers: (slb) => slb.members.remove('slb-1', 'l-1', ['m-1', 'm-3']),
  UpdateMember: (slb) => slb.members.update('slb-1', 'l-1', 'm-2', { weight: 3, port: 30444 }),
};

/** Returns a value without the IDs, addresses, and times that a cloud assigns. */
function comparable(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify({ value }).replaceAll(
      /"(\w+Id)":"[^"]*-0\d{4,}"|"(createdTime|businessIp)":"[^"]*"/g,
      (_, id: string | undefined, other: string | undefined) => `"${id ?? other ?? ''}":"given"`,
    ),
  );
}

describe('the life cycle of a load balancer', () => {
  it.each([0, 1, 2])('succeeds with credentials number %d', async (number) => {
    await using emulator = await startEmulator({ seed });
    const credentials = credentialsOf(emulator)[number];
    if (credentials === undefined) throw new Error('no such credentials');
    await using client = connect(emulator, credentials);
    const { slb } = client;

    const { slbId } = await slb.createLoadBalancer(slbSpec);
    expect(await slb.getLoadBalancer(slbId)).toMatchObject({ slbName: 'new', state: 'active' });
    await slb.renameLoadBalancer(slbId, 'renamed');
    await slb.bindEip(slbId, 'eip-1');
    expect(await slb.listLoadBalancers({ name: 'renamed' })).toMatchObject({
      slbs: [{ slbId, eipAddress: '203.0.113.1' }],
      complete: true,
    });
    await slb.unbindEip(slbId);
    expect(await slb.getLoadBalancer(slbId)).toMatchObject({ eipId: '', eipAddress: '' });

    const { listenerId } = await slb.createListener(slbId, listenerSpec);
    expect(await slb.getListener(slbId, listenerId)).toMatchObject(listenerSpec);
    const changed = { ...listenerSpec, port: 81, forwardRule: 'RR' } as const;
    expect(await slb.updateListener(slbId, listenerId, changed)).toMatchObject(changed);
    expect(await slb.listListeners(slbId)).toMatchObject([{ listenerId, ...changed }]);

    const specs = [memberSpec, otherMemberSpec];
    const { added, named } = await slb.members.add(slbId, listenerId, specs);
    expect(added).toEqual(specs);
    const members = await slb.members.list(slbId, listenerId);
    expect(members).toMatchObject([memberSpec, otherMemberSpec]);
    expect(named).toEqual(members);
    const [first, second] = members;
    if (first === undefined || second === undefined) throw new Error('members are missing');
    await slb.members.update(slbId, listenerId, first.backendId, { weight: 50, port: 30099 });
    await slb.members.remove(slbId, listenerId, [second.backendId]);
    expect(await slb.members.list(slbId, listenerId)).toEqual([
      { ...first, weight: 50, port: 30099 },
    ]);

    await slb.deleteListener(slbId, listenerId);
    expect(await slb.listListeners(slbId)).toEqual([]);
    await slb.deleteLoadBalancer(slbId);
    const gone: unknown = await slb.getLoadBalancer(slbId).catch((error: unknown) => error);
    expect(isSlbNotFound(gone)).toBe(true);
    // The emulator uses one name for both ways to read the list.
    const all = Object.keys(operations).filter((operation) => operation !== 'GetLoadBalancer');
    expect(operationsOf(emulator)).toEqual(expect.arrayContaining(all));
  });
});

describe('credentials', () => {
  it('of Keycloak are exchanged once for many calls, and once again after a 401', async () => {
    await using emulator = await startEmulator({ seed });
    await using client = connect(emulator, keycloakOf(emulator));
    const many = () =>
      Promise.all(Array.from({ length: 20 }, () => client.slb.listListeners('slb-1')));
    const exchanges = () =>
      emulator.calls().calls.filter(({ path }) => path === '/auth/token').length;
    await many();
    expect(exchanges()).toBe(1);
    emulator.changeTokens({ expireAll: true });
    await many();
    expect(exchanges()).toBe(2);
  });

  it('of an access key are valid for one request only', async () => {
    await using emulator = await startEmulator({ seed });
    const { id, secret } = emulator.credentials.accessKey;
    const url = new URL(`${emulator.slbUrl}/slb-1/listeners`);
    const headers = accessKeyHeaders(
      { method: 'GET', url, query: {}, form: {} },
      { id, secret: new Secret(secret), now: systemClock.now(), nonce: 'once' },
    );
    const send = async (): Promise<number> => {
      const { body, statusCode } = await request(url, { headers });
      await body.dump();
      return statusCode;
    };
    expect([await send(), await send()]).toEqual([200, 401]);
  });

  it('that are invalid cause one clear error', async () => {
    await using emulator = await startEmulator({ seed });
    const { id } = emulator.credentials.accessKey;
    const wrong = accessKeyCredentials({ id, secret: new Secret('wrong-key') });
    await using client = connect(emulator, wrong);
    const failure: unknown = await client.slb.listListeners('slb-1').catch((e: unknown) => e);
    expect(failure).toMatchObject({ name: 'CloudApiError', status: 401 });
    expect(String(failure)).not.toContain('wrong-key');
    expect(operationsOf(emulator)).toHaveLength(1);
  });
});

function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => error);
}

describe('errors', () => {
  it('have the documented codes', async () => {
    await using emulator = await startEmulator({ seed });
    await using client = connect(emulator, keycloakOf(emulator));
    const { slb } = client;
    expect(isSlbNotFound(await failureOf(slb.getLoadBalancer('slb-9')))).toBe(true);
    expect(isSlbNotFound(await failureOf(slb.listListeners('slb-9')))).toBe(true);
    expect(isListenerNotFound(await failureOf(slb.getListener('slb-1', 'l-9')))).toBe(true);
    expect(isListenerNotFound(await failureOf(slb.deleteListener('slb-1', 'l-9')))).toBe(true);
    const taken = { ...listenerSpec, port: 443 };
    expect(isListenerPortInUse(await failureOf(slb.createListener('slb-1', taken)))).toBe(true);
    const udp = { ...listenerSpec, protocol: 'UDP', port: 443 } as const;
    expect(await slb.createListener('slb-1', udp)).toMatchObject({ port: 443 });
  });

  it('of removing members of which some no longer exist leave none of them', async () => {
    await using emulator = await startEmulator({ seed });
    await using client = connect(emulator, keycloakOf(emulator));
    await client.slb.members.remove('slb-1', 'l-1', ['m-1', 'm-9', 'm-2']);
    expect(emulator.state().members.map(({ backendId }) => backendId)).toEqual(['m-3']);
  });
});

describe('listing', () => {
  it('reads all pages', async () => {
    const slbs = Array.from({ length: 250 }, (_, index) => ({ slbId: `slb-${index}` }));
    await using emulator = await startEmulator({ seed: { slbs } });
    await using client = connect(emulator, keycloakOf(emulator));
    const { slbs: found, complete } = await client.slb.listLoadBalancers();
    expect(new Set(found.map(({ slbId }) => slbId)).size).toBe(250);
    expect([found.length, complete]).toEqual([250, true]);
  });
});

describe('a cloud that limits the rate', () => {
  it('receives fewer calls, and all operations succeed', async () => {
    await using emulator = await startEmulator({ seed });
    emulator.setLimits({ callsPerSecond: 50, burst: 10 });
    await using client = connect(emulator, keycloakOf(emulator), { timeoutMs: 10_000 });
    await Promise.all(Array.from({ length: 20 }, () => client.slb.listListeners('slb-1')));
    const statuses = new Set(emulator.calls().calls.map(({ status }) => status));
    expect(statuses).toEqual(new Set([200, 429]));
  }, 20_000);
});

/** Faults that affect one call and leave the next one intact. */
const faults: readonly (readonly [string, Omit<Fault, 'operation'>])[] = [
  ['a reset before the work', { reset: 'before' }],
  ['a reset after the work', { reset: 'after' }],
  ['a 500', { status: 500 }],
  ['a 503', { status: 503 }],
  ['a 429', { status: 429 }],
  ['a 401', { status: 401 }],
  ['an internal error by its code', { status: 400, code: '107.999500' }],
  ['a truncated response', { truncate: true }],
  ['HTML after the work', { body: '<html><body>Bad gateway</body></html>' }],
  ['a response that arrives too late', { delayMs: 2000 }],
];

describe('one fault', () => {
  const table = Object.entries(operations).flatMap(([operation, run]) =>
    faults.map(([name, fault]) => ({ operation, run, name, fault })),
  );

  it.each(table)('does not change the result: $name in $operation', async (one) => {
    const { operation, run, fault } = one;
    await using calm = await startEmulator({ seed });
    await using calmClient = connect(calm, keycloakOf(calm));
    const expected = await run(calmClient.slb);

    await using emulator = await startEmulator({ seed });
    emulator.setFaults([{ ...fault, operation, times: 1 }]);
    const late = fault.delayMs === undefined ? {} : { timeoutMs: 150 };
    await using client = connect(emulator, keycloakOf(emulator), late);
    const result = await run(client.slb);

    expect(comparable(emulator.state())).toEqual(comparable(calm.state()));
    expect(comparable(result)).toEqual(comparable(expected));
  });
});
