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

describe('a call in RPC style', () => {
  it('says all in its query', async () => {
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

  it('gets a new nonce and the time of the attempt when it is repeated', async () => {
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

describe('listing servers', () => {
  it('reads a server as it is', async () => {
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
      'nothing but what must be there',
      { serverId: 'i-1', serverName: '', status: 'new-status', privateIps: null },
    ],
    [
      'null where nothing is',
      { ...wireServer, hostName: null, eipAddress: null, ipv6Addresses: null, flavorName: null },
    ],
  ])('takes %s', async (_, wire) => {
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
      'server.status: expected text that is not empty, got nothing',
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
      'an address that is none',
      { eipAddress: 'none' },
      'server.eipAddress: expected an IP address or empty text, got "none"',
    ],
    [
      'a private address that is none',
      { privateIps: ['10.0.0.1', 7] },
      'server.privateIps: expected a list of IP addresses, got ["10.0.0.1",7]',
    ],
  ])('skips a server with %s and reads the others', async (_, change, reason) => {
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
    'skips an entry without an id: %j',
    async (entry) => {
      const { ecs } = cloudOf([serverPage([wireServer, entry])]);
      const { servers, skipped } = await ecs.listServers();
      expect(servers).toEqual([server]);
      expect(skipped).toMatchObject([{ serverId: '' }]);
    },
  );

  it.each([EcsErrorCode.ListEmpty, EcsErrorCode.DetailEmpty])(
    'takes the code %s for nothing',
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

  it('does not take "empty" for nothing where the status says that something is wrong', async () => {
    for (const status of [401, 403]) {
      const { ecs } = cloudOf([{ status, body: envelope(null, EcsErrorCode.ListEmpty) }]);
      expect(isAccessDenied(await failureOf(ecs.listServers()))).toBe(true);
    }
  });

  it.each([
    ['a denial', 200, '101.999401'],
    ['another denial', 403, '101.999401'],
    ['a denial by status', 403, ''],
    ['a code that nobody knows', 200, '101.009999'],
    ['a word that nobody knows', 200, 'AccessDenied'],
    ['a bad parameter', 200, EcsErrorCode.ParameterInvalid],
    ['a failed list', 400, EcsErrorCode.ListFailed],
  ])('fails with %s, however empty its list is', async (_, status, code) => {
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
  ])('tries again after %s', async (_, status, code) => {
    const { ecs } = cloudOf([{ status, body: envelope(null, code) }, serverPage([wireServer])]);
    expect(await ecs.listServers()).toMatchObject({ servers: [{ serverId: 'i-1' }] });
  });

  it.each([
    ['no data', envelope(null)],
    ['no list', envelope({ total: 0 })],
    ['something else than a list', envelope({ total: 0, servers: {} })],
    [
      'something else than a list by an empty code',
      envelope({ servers: 'x' }, EcsErrorCode.ListEmpty),
    ],
    ['no envelope', []],
  ])('does not take an answer with %s for an empty list', async (_, body) => {
    const { ecs } = cloudOf([{ body }]);
    expect(await failureOf(ecs.listServers())).toMatchObject({ name: 'CloudDecodeError' });
  });

  it('asks nothing for no ids', async () => {
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

  it.each([[['i-1', '']], [['i-1,i-2']]])(
    'refuses ids that cannot be asked for',
    async (serverIds) => {
      const { ecs } = cloudOf([]);
      expect(await failureOf(ecs.listServers({ serverIds }))).toBeInstanceOf(RangeError);
    },
  );
});

describe('the pages of a list', () => {
  const table: readonly (readonly [string, readonly Reply[], number, boolean, number])[] = [
    [
      'end where the total is reached',
      [full(1, 250), full(2, 250), serverPage(wireServers(50, 201), 250)],
      250,
      true,
      3,
    ],
    ['end with a full last page', [full(1, 200), full(2, 200)], 200, true, 2],
    [
      'go on behind a full first page that counts only itself',
      [full(1, 100), full(2, 100), serverPage([], 0)],
      200,
      true,
      3,
    ],
    [
      'are read twice where there is no total, in case something moved',
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
      'prove nothing where they have no total and each pass finds something else',
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
      'may be smaller than asked for',
      [serverPage(wireServers(10), 20), serverPage(wireServers(10, 11), 20)],
      20,
      true,
      2,
    ],
    [
      'end where the server repeats itself',
      [full(1, 300), full(1, 300), full(1, 300)],
      100,
      false,
      2,
    ],
    [
      'are read again where the total changes',
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
      'are read again where an entry stands on two of them',
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
      'do not add up where the total changes again and again',
      [150, 151, 152].flatMap((total) => [
        full(1, total),
        serverPage(wireServers(total - 99, 101), total + 1),
      ]),
      153,
      false,
      6,
    ],
    [
      'do not add up where one is missing',
      [
        [full(1, 150), serverPage(wireServers(49, 101), 150), serverPage([], 0)],
        [full(1, 150), serverPage(wireServers(49, 101), 150)],
        [full(1, 150), serverPage(wireServers(49, 101), 150)],
      ].flat(),
      149,
      false,
      7,
    ],
    ['of an account without servers are one', [serverPage([], null)], 0, true, 1],
    [
      'may all be one where the server does not page',
      [serverPage(wireServers(7), null), serverPage(wireServers(7), null)],
      7,
      true,
      2,
    ],
    [
      'prove nothing where the server does not page and its only one may be cut',
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

  it('come as they are', async () => {
    const replies = [full(1, 250), full(2, 250), serverPage(wireServers(50, 201), 250)];
    const pages = await collect(cloudOf(replies).ecs.serverPages());
    expect(pages.map(({ servers }) => servers.length)).toEqual([100, 100, 50]);
  });

  it.each<readonly [string, readonly Reply[], number]>([
    ['all ids are found', [serverPage(wireServers(100), null)], 100],
    [
      'the server does not know the filter',
      [full(1, 250), full(2, 250), serverPage(wireServers(50, 201), 250)],
      100,
    ],
  ])('by id end where %s', async (_, replies, count) => {
    const { ecs } = cloudOf(replies);
    const list = await ecs.listServers({ serverIds: idsOf(100, replies.length === 1 ? 1 : 151) });
    expect([list.servers.length, list.complete, list.calls]).toEqual([count, true, replies.length]);
  });

  it('by id go on until an empty one where an id is missing', async () => {
    const { ecs } = cloudOf([serverPage(wireServers(2)), serverPage([])]);
    const list = await ecs.listServers({ serverIds: idsOf(3) });
    expect(list).toMatchObject({ complete: true, calls: 2 });
    expect(list.servers).toHaveLength(2);
  });

  it('by name leave out others that a server without the filter gives', async () => {
    const { ecs } = cloudOf([serverPage(wireServers(3))]);
    const { servers } = await ecs.listServers({ name: 'node-2' });
    expect(servers.map(({ serverId }) => serverId)).toEqual(['i-2']);
  });

  it('end the call at the first that fails', async () => {
    const { ecs } = cloudOf([
      full(1, 250),
      { status: 403, body: envelope(null, '101.999401') },
      full(3, 250),
    ]);
    expect(isAccessDenied(await failureOf(ecs.listServers()))).toBe(true);
  });
});

/** A cloud that has some servers, and shows those that it is asked for. */
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

describe('servers by ids that do not fit one call', () => {
  it('are listed by several, however many and however long they are', async () => {
    for (const ids of [idsOf(101), Array.from({ length: 50 }, (_, index) => long(index))]) {
      const { list, asked, lengths } = await ask(ids, new Set(ids));
      expect(list.servers.map(({ serverId }) => serverId)).toEqual(ids);
      expect(list.complete).toBe(true);
      expect(asked.length).toBeGreaterThan(1);
      expect(Math.max(...asked.map(({ length }) => length))).toBeLessThanOrEqual(100);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(maxUrlBytes);
    }
  });

  it('are absent from an answer that shows nothing only if it shows another one when asked again', async () => {
    const ids = idsOf(150);
    const { list, asked } = await ask(ids, new Set(['i-150']));
    expect(list).toMatchObject({ servers: [{ serverId: 'i-150' }], complete: true });
    expect(asked.map((chunk) => chunk[0])).toEqual(['i-1', 'i-100', 'i-150']);
  });

  it('are not known to be absent where an answer shows nothing at all', async () => {
    const { list } = await ask(idsOf(150), new Set(['i-150']), 2);
    expect(list.complete).toBe(false);
  });

  it('come page by page as well', async () => {
    const { ecs } = cloudOf([serverPage(wireServers(99)), serverPage(wireServers(2, 100))]);
    const pages = await collect(ecs.serverPages({ serverIds: idsOf(101) }));
    expect(pages.map(({ servers }) => servers.length)).toEqual([99, 2]);
  });
});

describe('showing a server', () => {
  it('gives it', async () => {
    const { ecs, sent } = cloudOf([serverPage([wireServer])]);
    expect(await ecs.showServer('i-1')).toEqual(server);
    expect(sent[0]?.query).toMatchObject({ Action: 'ShowServersDetailed', serverId: 'i-1' });
  });

  it.each([
    ['an empty code', { body: envelope(null, EcsErrorCode.DetailEmpty) }],
    ['an empty list', serverPage([])],
  ])('fails as not found with %s', async (_, reply) => {
    const error = await failureOf(cloudOf([reply]).ecs.showServer('i-1'));
    expect(isEcsServerNotFound(error)).toBe(true);
  });

  it.each([
    ['it cannot be read', [{ ...wireServer, status: 7 }], 'server.status'],
    ['the answer is about another one', wireServers(1, 2), 'another server'],
  ])('fails, but not as not found, where %s', async (_, servers, part) => {
    const error = await failureOf(cloudOf([serverPage(servers)]).ecs.showServer('i-1'));
    expect(isEcsServerNotFound(error)).toBe(false);
    expect(error).toMatchObject({
      name: 'CloudDecodeError',
      message: expect.stringContaining(part),
    });
  });
});

describe('listing VPCs', () => {
  it('reads pages until nothing new comes', async () => {
    const { vpc, sent } = cloudOf([vpcPage('vpc-1'), vpcPage('vpc-2'), vpcPage('vpc-2')]);
    expect(await vpc.listVpcs()).toEqual([
      { vpcId: 'vpc-1', vpcName: 'name of vpc-1' },
      { vpcId: 'vpc-2', vpcName: 'name of vpc-2' },
    ]);
    expect(sent.map(({ query }) => query['pageNo'])).toEqual(['1', '2', '3']);
  });

  it('gives one alone', async () => {
    const { vpc, sent } = cloudOf([vpcPage('vpc-1', 'vpc-2')]);
    expect(await vpc.listVpcs({ vpcId: 'vpc-2' })).toMatchObject([{ vpcId: 'vpc-2' }]);
    expect(sent[0]?.query).toMatchObject({ Action: 'ListVPCs', vpcId: 'vpc-2' });
  });
});
