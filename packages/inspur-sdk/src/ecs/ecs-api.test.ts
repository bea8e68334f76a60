import { describe, expect, it } from '@jest/globals';
import { MockAgent } from 'undici';
import { maxUrlBytes } from '../call/url-chunks.ts';
import type { InspurClientOptions } from '../inspur-client.ts';
import type { Reply } from '../testing/scripted-cloud.ts';
import { scriptedCloud } from '../testing/scripted-cloud.ts';
import { envelope, server, serverPage, wireServer, wireServers } from '../testing/wire-server.ts';
import { EcsErrorCode } from './ecs-error-code.ts';
import { isAccessDenied, isEcsServerNotFound } from './ecs-error-predicates.ts';

function cloudOf(replies: readonly Reply[], options: Partial<InspurClientOptions> = {}) {
  const cloud = scriptedCloud(replies, {
    ...options,
    endpoints: { ecs: 'https://cloud.example/', vpc: 'https://cloud.example/' },
  });
  return { ...cloud, ecs: cloud.client.ecs, vpc: cloud.client.vpc };
}

function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const idsOf = (count: number, first = 1) => wireServers(count, first).map((one) => one.serverId);

const full = (page: number, total?: number | null) =>
  serverPage(wireServers(100, page * 100 - 99), total);

const vpcPage = (...ids: readonly string[]) => ({
  body: envelope({ vpcs: ids.map((vpcId) => ({ vpcId, vpcName: `name of ${vpcId}` })) }),
});

describe('a call in the RPC style', () => {
  it('sends all parameters in its query', async () => {
    const { ecs, sent } = cloudOf([serverPage([wireServer])]);
    await ecs.listServers({ serverIds: ['i-1'], name: 'node-1' });
    expect(sent).toMatchObject([
      {
        call: 'GET /',
        query: {
          Action: 'ListServers',
          Version: '2019-01-31',
          Format: 'json',
          Timestamp: '1700000000',
          Nonce: expect.stringMatching(/^[1-9]\d{0,9}$/),
          serverIds: 'i-1',
          serverName: 'node-1',
          pageNo: '1',
          pageSize: '100',
        },
        body: undefined,
      },
    ]);
  });

  it('gets a new nonce and timestamp for each attempt', async () => {
    const { ecs, sent, clock } = cloudOf([
      { status: 503 },
      { status: 503 },
      { status: 503 },
      { status: 503 },
      serverPage([]),
    ]);
    await ecs.listServers();
    expect(new Set(sent.map(({ query }) => query['Nonce'])).size).toBe(5);
    expect(clock.waits.length).toBe(4);
    const [first, last] = [sent[0], sent[4]].map((one) => Number(one?.query['Timestamp']));
    expect(last).toBe(Math.floor(1_700_000_000 + clock.waits.reduce((a, b) => a + b) / 1000));
    expect(last).toBeGreaterThan(first ?? NaN);
  });
});

describe('listServers', () => {
  it('reads all fields of a server', async () => {
    const { ecs } = cloudOf([serverPage([{ ...wireServer, tags: { a: 'b' }, other: 1 }])]);
    expect(await ecs.listServers()).toEqual({
      servers: [server],
      skipped: [],
      complete: true,
      calls: 1,
    });
  });

  it.each([
    [
      'only the required fields',
      { serverId: 'i-1', serverName: '', status: 'new-status', privateIps: null },
    ],
    [
      'null for missing fields',
      { ...wireServer, hostName: null, eipAddress: null, ipv6Addresses: null, flavorName: null },
    ],
  ])('accepts %s', async (_, wire) => {
    const { ecs } = cloudOf([serverPage([wire])]);
    const { servers, skipped } = await ecs.listServers();
    expect(skipped).toEqual([]);
    expect(servers).toMatchObject([
      {
        serverId: 'i-1',
        status: wire.status,
        hostName: '',
        eipAddress: '',
        ipv6Addresses: [],
        flavorName: '',
      },
    ]);
  });

  it.each([
    [
      'a wrong type',
      { privateIps: '10.0.0.1' },
      'server.privateIps: expected a list of IP addresses, got "10.0.0.1"',
    ],
    [
      'a missing status',
      { status: undefined },
      'server.status: expected non-empty text, got nothing',
    ],
    [
      'a missing name',
      { serverName: undefined },
      'server.serverName: expected string, got nothing',
    ],
    [
      'missing addresses',
      { privateIps: undefined },
      'server.privateIps: expected a list of IP addresses, got nothing',
    ],
    [
      'an invalid address',
      { eipAddress: 'none' },
      'server.eipAddress: expected an IP address or empty text, got "none"',
    ],
    [
      'an invalid private address',
      { privateIps: ['10.0.0.1', 7] },
      'server.privateIps: expected a list of IP addresses, got ["10.0.0.1",7]',
    ],
  ])('skips a server with %s and returns the others', async (_, change, reason) => {
    const wire = [
      { ...wireServer, serverId: 'i-0' },
      { ...wireServer, ...change },
      { ...wireServer, serverId: 'i-2' },
    ];
    const { ecs } = cloudOf([serverPage(wire)]);
    const { servers, skipped, complete } = await ecs.listServers();
    expect(servers.map(({ serverId }) => serverId)).toEqual(['i-0', 'i-2']);
    expect(skipped).toEqual([{ serverId: 'i-1', reason }]);
    expect(complete).toBe(true);
  });

  it.each([null, 7, {}, { ...wireServer, serverId: 5 }])(
    'skips an entry without an ID: %j',
    async (entry) => {
      const { ecs } = cloudOf([serverPage([wireServer, entry])]);
      const { servers, skipped } = await ecs.listServers();
      expect(servers).toEqual([server]);
      expect(skipped).toMatchObject([{ serverId: '' }]);
    },
  );

  it.each([EcsErrorCode.ListEmpty, EcsErrorCode.DetailEmpty])(
    'treats the code %s as an empty list',
    async (code) => {
      for (const [status, data] of [
        [200, null],
        [200, { total: 0, servers: [] }],
        [404, undefined],
        [400, null],
      ] as const) {
        const { ecs } = cloudOf([{ status, body: envelope(data, code) }]);
        expect(await ecs.listServers()).toEqual({
          servers: [],
          skipped: [],
          complete: true,
          calls: 1,
        });
      }
    },
  );

  it('does not treat an "empty" code as an empty list if the status indicates an error', async () => {
    for (const status of [401, 403]) {
      const { ecs } = cloudOf([{ status, body: envelope(null, EcsErrorCode.ListEmpty) }]);
      expect(isAccessDenied(await failureOf(ecs.listServers()))).toBe(true);
    }
  });

  it.each([
    ['a denial', 200, '101.999401'],
    ['another denial', 403, '101.999401'],
    ['a denial by status', 403, ''],
    ['an unknown code', 200, '101.009999'],
    ['an unknown word', 200, 'AccessDenied'],
    ['a bad parameter', 200, EcsErrorCode.ParameterInvalid],
    ['a failed list', 400, EcsErrorCode.ListFailed],
  ])('fails after %s, even if its list is empty', async (_, status, code) => {
    const { ecs, sent } = cloudOf([{ status, body: envelope({ total: 0, servers: [] }, code) }]);
    expect(await failureOf(ecs.listServers())).toMatchObject({
      name: 'CloudApiError',
      apiCode: code,
    });
    expect(sent).toHaveLength(1);
  });

  it.each([
    ['a failed list', 200, EcsErrorCode.ListFailed],
    ['an internal error', 200, '101.999500'],
    ['a 500', 500, ''],
    ['"empty" with a 503', 503, EcsErrorCode.ListEmpty],
  ])('retries after %s', async (_, status, code) => {
    const { ecs } = cloudOf([{ status, body: envelope(null, code) }, serverPage([wireServer])]);
    expect(await ecs.listServers()).toMatchObject({ servers: [{ serverId: 'i-1' }] });
  });

  it.each([
    ['no data', envelope(null)],
    ['no list', envelope({ total: 0 })],
    ['no array', envelope({ total: 0, servers: {} })],
    ['no array with an "empty" code', envelope({ servers: 'x' }, EcsErrorCode.ListEmpty)],
    ['no envelope', []],
  ])('does not treat a response with %s as an empty list', async (_, body) => {
    const { ecs } = cloudOf([{ body }]);
    expect(await failureOf(ecs.listServers())).toMatchObject({ name: 'CloudDecodeError' });
  });

  it('makes no call for an empty list of IDs', async () => {
    const { ecs, sent } = cloudOf([]);
    expect(await ecs.listServers({ serverIds: [] })).toEqual({
      servers: [],
      skipped: [],
      complete: true,
      calls: 0,
    });
    expect(await collect(ecs.serverPages({ serverIds: [] }))).toEqual([]);
    expect(sent).toEqual([]);
  });

  it.each([[['i-1', '']], [['i-1,i-2']]])('refuses invalid IDs', async (serverIds) => {
    const { ecs } = cloudOf([]);
    expect(await failureOf(ecs.listServers({ serverIds }))).toBeInstanceOf(RangeError);
  });
});

describe('the pages of a list', () => {
  const table: readonly (readonly [string, readonly Reply[], number, boolean, number])[] = [
    [
      'end when the total is reached',
      [full(1, 250), full(2, 250), serverPage(wireServers(50, 201), 250)],
      250,
      true,
      3,
    ],
    ['end with a full last page', [full(1, 200), full(2, 200)], 200, true, 2],
    [
      'continue after a full first page whose total is its own size',
      [full(1, 100), full(2, 100), serverPage([], 0)],
      200,
      true,
      3,
    ],
    [
      'are read twice if there is no total, because entries may have moved',
      [
        full(1, null),
        serverPage(wireServers(7, 101), null),
        serverPage([], null),
        full(1, null),
        serverPage(wireServers(7, 101), null),
      ],
      107,
      true,
      5,
    ],
    [
      'are incomplete if there is no total and each pass finds different entries',
      [1, 2, 3].flatMap((pass) => [
        full(1, null),
        serverPage(wireServers(7, 101 + pass), null),
        serverPage([], null),
      ]),
      107,
      false,
      9,
    ],
    [
      'can be smaller than requested',
      [serverPage(wireServers(10), 20), serverPage(wireServers(10, 11), 20)],
      20,
      true,
      2,
    ],
    ['end if the server repeats a page', [full(1, 300), full(1, 300), full(1, 300)], 100, false, 2],
    [
      'are read again if the total changes',
      [
        full(1, 150),
        serverPage(wireServers(51, 101), 151),
        full(1, 151),
        serverPage(wireServers(51, 101), 151),
      ],
      151,
      true,
      4,
    ],
    [
      'are read again if an entry appears twice',
      [
        full(1, 150),
        serverPage([...wireServers(1, 100), ...wireServers(50, 101)], 150),
        full(1, 150),
        serverPage(wireServers(50, 101), 150),
      ],
      150,
      true,
      4,
    ],
    [
      'are incomplete if the total changes in each pass',
      [150, 151, 152].flatMap((total) => [
        full(1, total),
        serverPage(wireServers(total - 99, 101), total + 1),
      ]),
      153,
      false,
      6,
    ],
    [
      'are incomplete if an entry is missing',
      [
        [full(1, 150), serverPage(wireServers(49, 101), 150), serverPage([], 0)],
        [full(1, 150), serverPage(wireServers(49, 101), 150)],
        [full(1, 150), serverPage(wireServers(49, 101), 150)],
      ].flat(),
      149,
      false,
      7,
    ],
    ['consist of one page if the account has no servers', [serverPage([], null)], 0, true, 1],
    [
      'consist of one page if the server does not page',
      [serverPage(wireServers(7), null), serverPage(wireServers(7), null)],
      7,
      true,
      2,
    ],
    [
      'are incomplete if the server does not page and may have truncated its list',
      [full(1, null), full(1, null)],
      100,
      false,
      2,
    ],
  ];

  it.each(table)('%s', async (_, replies, count, complete, calls) => {
    const list = await cloudOf(replies).ecs.listServers();
    expect([list.servers.length, list.complete, list.calls]).toEqual([count, complete, calls]);
    expect(new Set(list.servers.map(({ serverId }) => serverId)).size).toBe(count);
  });

  it('are yielded as received', async () => {
    const replies = [full(1, 250), full(2, 250), serverPage(wireServers(50, 201), 250)];
    const pages = await collect(cloudOf(replies).ecs.serverPages());
    expect(pages.map(({ servers }) => servers.length)).toEqual([100, 100, 50]);
  });

  it.each<readonly [string, readonly Reply[], number]>([
    ['all IDs are found', [serverPage(wireServers(100), null)], 100],
    [
      'the server ignores the filter',
      [full(1, 250), full(2, 250), serverPage(wireServers(50, 201), 250)],
      100,
    ],
  ])('filtered by ID, end if %s', async (_, replies, count) => {
    const { ecs } = cloudOf(replies);
    const list = await ecs.listServers({ serverIds: idsOf(100, replies.length === 1 ? 1 : 151) });
    expect([list.servers.length, list.complete, list.calls]).toEqual([count, true, replies.length]);
  });

  it('filtered by ID, continue to an empty page if an ID is missing', async () => {
    const { ecs } = cloudOf([serverPage(wireServers(2)), serverPage([])]);
    const list = await ecs.listServers({ serverIds: idsOf(3) });
    expect(list).toMatchObject({ complete: true, calls: 2 });
    expect(list.servers).toHaveLength(2);
  });

  it('filtered by name, omit other servers if the server ignores the filter', async () => {
    const { ecs } = cloudOf([serverPage(wireServers(3))]);
    const { servers } = await ecs.listServers({ name: 'node-2' });
    expect(servers.map(({ serverId }) => serverId)).toEqual(['i-2']);
  });

  it('fail with the first page that fails', async () => {
    const { ecs } = cloudOf([
      full(1, 250),
      { status: 403, body: envelope(null, '101.999401') },
      full(3, 250),
    ]);
    expect(isAccessDenied(await failureOf(ecs.listServers()))).toBe(true);
  });
});

/** Lists servers in a cloud that has some servers and returns only requested ones. */
async function ask(serverIds: readonly string[], has: ReadonlySet<string>, blindAt?: number) {
  const asked: (readonly string[])[] = [];
  const agent = new MockAgent();
  agent.disableNetConnect();
  const lengths: number[] = [];
  agent
    .get('https://cloud.example')
    .intercept({ path: () => true })
    .reply(({ path }) => {
      const ids = new URL(path, 'https://x').searchParams.get('serverIds')?.split(',') ?? [];
      lengths.push('https://cloud.example'.length + path.length);
      const isBlind = asked.length === blindAt;
      if (!path.includes('pageNo=2')) asked.push(ids);
      const shown = isBlind || path.includes('pageNo=2') ? [] : ids.filter((id) => has.has(id));
      const wire = shown.map((serverId) => ({ ...wireServer, serverId }));
      return { statusCode: 200, data: JSON.stringify(serverPage(wire).body) };
    })
    .persist();
  const { ecs } = cloudOf([], { dispatcher: agent });
  return { list: await ecs.listServers({ serverIds }), asked, lengths };
}
const long = (index: number) => `${'a-long-id-'.repeat(20)}${index}`;

describe('servers whose IDs do not fit one call', () => {
  it('are listed by several calls, regardless of the number and length of the IDs', async () => {
    for (const ids of [idsOf(101), Array.from({ length: 50 }, (_, index) => long(index))]) {
      const { list, asked, lengths } = await ask(ids, new Set(ids));
      expect(list.servers.map(({ serverId }) => serverId)).toEqual(ids);
      expect(list.complete).toBe(true);
      expect(asked.length).toBeGreaterThan(1);
      expect(Math.max(...asked.map(({ length }) => length))).toBeLessThanOrEqual(100);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(maxUrlBytes);
    }
  });

  it('are proven absent by an empty response only if a second response contains the witness', async () => {
    const ids = idsOf(150);
    const { list, asked } = await ask(ids, new Set(['i-150']));
    expect(list).toMatchObject({ servers: [{ serverId: 'i-150' }], complete: true });
    expect(asked.map((chunk) => chunk[0])).toEqual(['i-1', 'i-100', 'i-150']);
  });

  it('are not proven absent if all responses are empty', async () => {
    const { list } = await ask(idsOf(150), new Set(['i-150']), 2);
    expect(list.complete).toBe(false);
  });

  it('are also yielded page by page', async () => {
    const { ecs } = cloudOf([serverPage(wireServers(99)), serverPage(wireServers(2, 100))]);
    const pages = await collect(ecs.serverPages({ serverIds: idsOf(101) }));
    expect(pages.map(({ servers }) => servers.length)).toEqual([99, 2]);
  });
});

describe('showServer', () => {
  it('returns the server', async () => {
    const { ecs, sent } = cloudOf([serverPage([wireServer])]);
    expect(await ecs.showServer('i-1')).toEqual(server);
    expect(sent[0]?.query).toMatchObject({ Action: 'ShowServersDetailed', serverId: 'i-1' });
  });

  it.each([
    ['an empty code', { body: envelope(null, EcsErrorCode.DetailEmpty) }],
    ['an empty list', serverPage([])],
  ])('reports a missing server by %s', async (_, reply) => {
    const error = await failureOf(cloudOf([reply]).ecs.showServer('i-1'));
    expect(isEcsServerNotFound(error)).toBe(true);
  });

  it.each([
    ['the server cannot be read', [{ ...wireServer, status: 7 }], 'server.status'],
    ['the response describes another one', wireServers(1, 2), 'another server'],
  ])('does not report a missing server if %s', async (_, servers, part) => {
    const error = await failureOf(cloudOf([serverPage(servers)]).ecs.showServer('i-1'));
    expect(isEcsServerNotFound(error)).toBe(false);
    expect(error).toMatchObject({
      name: 'CloudDecodeError',
      message: expect.stringContaining(part),
    });
  });
});

describe('listVpcs', () => {
  it('reads pages until one contains nothing new', async () => {
    const { vpc, sent } = cloudOf([vpcPage('vpc-1'), vpcPage('vpc-2'), vpcPage('vpc-2')]);
    expect(await vpc.listVpcs()).toEqual([
      { vpcId: 'vpc-1', vpcName: 'name of vpc-1' },
      { vpcId: 'vpc-2', vpcName: 'name of vpc-2' },
    ]);
    expect(sent.map(({ query }) => query['pageNo'])).toEqual(['1', '2', '3']);
  });

  it('returns a single VPC', async () => {
    const { vpc, sent } = cloudOf([vpcPage('vpc-1', 'vpc-2')]);
    expect(await vpc.listVpcs({ vpcId: 'vpc-2' })).toMatchObject([{ vpcId: 'vpc-2' }]);
    expect(sent[0]?.query).toMatchObject({ Action: 'ListVPCs', vpcId: 'vpc-2' });
  });
});
