import { describe, expect, it } from '@jest/globals';
import { ServiceError } from '../service/service-error.ts';
import type { ServiceAnswer } from '../service/service.ts';
import { CloudState } from '../state/cloud-state.ts';
import type { CloudSeed } from '../state/wire.ts';
import type { MemberRules } from './member-rules.ts';
import type { SlbServiceOptions } from './slb-service.ts';
import { SlbService } from './slb-service.ts';

const seed: CloudSeed = {
  slbs: [
    {
      slbId: 'slb-1',
      slbName: 'one',
      businessIp: '10.0.0.1',
      eipId: 'eip-1',
      eipAddress: '198.51.100.1',
    },
    { slbId: 'slb-2', slbName: 'two', businessIp: '10.0.0.2' },
    { slbId: 'slb-busy', state: 'creating' },
    { slbId: 'slb-other', userId: 'somebody-else' },
  ],
  listeners: [
    {
      slbId: 'slb-1',
      listenerId: 'lst-1',
      listenerName: 'web',
      protocol: 'TCP',
      port: 80,
      isHealthCheck: '1',
    },
    { slbId: 'slb-1', listenerId: 'lst-empty', listenerName: 'dns', protocol: 'UDP', port: 53 },
  ],
  members: [
    {
      backendId: 'bk-1',
      listenerId: 'lst-1',
      serverId: 'i-1',
      port: 30080,
      serverName: 'a',
      serverIp: '10.1.0.1',
    },
    {
      backendId: 'bk-2',
      listenerId: 'lst-1',
      serverId: 'i-2',
      port: 30080,
      serverName: 'b',
      serverIp: '10.1.0.2',
    },
  ],
  servers: [{ serverId: 'i-1' }, { serverId: 'i-2' }, { serverId: 'i-3' }],
  eips: [
    {
      eipId: 'eip-1',
      eipAddress: '198.51.100.1',
      bindResourceId: 'slb-1',
      bindResourceType: 'SLB',
    },
    { eipId: 'eip-2', eipAddress: '198.51.100.2' },
  ],
};

class Bench {
  now = 1_700_000_000_000;
  readonly state = new CloudState({ region: 'cn-north-3', userId: 'user-1' }, () => this.now);
  readonly service: SlbService;

  constructor(options: Partial<SlbServiceOptions> = {}, content: CloudSeed = seed) {
    this.state.replace(content);
    this.service = new SlbService(this.state, {
      region: 'cn-north-3',
      now: () => this.now,
      ...options,
    });
  }

  call(request: string, body?: unknown): ServiceAnswer {
    const [method = '', target = ''] = request.split(' ');
    const [path = '', query = ''] = target.split('?');
    const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
    const parameters = new URLSearchParams(query);
    try {
      return this.service.handle({ method, path, query: parameters, body: text, userId: 'user-1' });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return { status: error.status, body: { code: error.code, message: error.message } };
    }
  }
}

const listener = { listenerName: 'new', protocol: 'TCP', port: 443, forwardRule: 'RR' };
const member = {
  serverId: 'i-3',
  port: 30080,
  serverName: 'c',
  serverIp: '10.1.0.3',
  type: 'ECS',
  weight: 10,
};
const slbWish = {
  slbName: 'fresh',
  scheme: 'internal',
  vpcId: 'vpc-1',
  subnetId: 'subnet-1',
  specificationId: 'slb.small',
  chargeType: 'hourly',
};
const ids = (list: readonly string[]): string => encodeURIComponent(JSON.stringify(list));

describe('a successful call', () => {
  it('finds a load balancer by ID, as an array of one with all fields', () => {
    expect(new Bench().call('GET ?slbId=slb-1')).toEqual({
      status: 200,
      body: [
        {
          regionId: 'cn-north-3',
          createdTime: '2020-01-01T00:00:00Z',
          expiredTime: '',
          specificationId: 'slb.small',
          specificationName: 'slb.small',
          slbId: 'slb-1',
          slbName: 'one',
          scheme: 'internal',
          businessIp: '10.0.0.1',
          vpcId: '',
          vpcName: '',
          subnetId: '',
          eipId: 'eip-1',
          eipAddress: '198.51.100.1',
          listenerCount: 2,
          slbType: 'application',
          state: 'active',
          userId: 'user-1',
        },
      ],
    });
  });

  it.each([
    ['GET ', ['slb-1', 'slb-2', 'slb-busy']],
    ['GET ?slbName=two', ['slb-2']],
    ['GET ?slbName=tw', []],
    ['GET ?pageNo=2&pageSize=2', ['slb-busy']],
    ['GET ?pageNo=3&pageSize=2', []],
  ])("lists only the account's load balancers: %s", (request, expected) => {
    const { status, body } = new Bench().call(request);
    expect(status).toBe(200);
    expect(body).toEqual(expected.map((slbId) => expect.objectContaining({ slbId })));
    expect(body).toHaveLength(expected.length);
  });

  it('creates a load balancer that becomes usable after a delay', () => {
    const bench = new Bench({ slbCreateMs: 5000 });
    const created = bench.call('POST ', slbWish);
    expect(created).toMatchObject({
      status: 200,
      body: { slbName: 'fresh', state: 'creating', userId: 'user-1' },
    });
    const slb = bench.state.slbs().find(({ wire }) => wire.slbName === 'fresh');
    const { slbId } = slb?.wire ?? { slbId: '' };
    bench.now += 4999;
    expect(bench.call(`POST /${slbId}/listeners/`, listener)).toMatchObject({
      body: { code: '107.002500' },
    });
    bench.now += 1;
    expect(bench.call(`GET ?slbId=${slbId}`)).toMatchObject({ body: [{ state: 'active' }] });
    expect(bench.call(`POST /${slbId}/listeners/`, listener)).toMatchObject({ status: 200 });
  });

  it('creates two load balancers for two requests: there is no idempotency key', () => {
    const bench = new Bench();
    bench.call('POST ', slbWish);
    bench.call('POST ', slbWish);
    bench.call('POST /slb-1/listeners/lst-1/members', [member]);
    bench.call('POST /slb-1/listeners/lst-1/members', [member]);
    expect(bench.call('GET ?slbName=fresh').body).toHaveLength(2);
    expect(bench.call('GET /slb-1/listeners/lst-1/members').body).toHaveLength(4);
  });

  it('binds an EIP on creation and releases it on deletion', () => {
    const bench = new Bench();
    const { body } = bench.call('POST ', { ...slbWish, eipId: 'eip-2' });
    expect(body).toMatchObject({ eipId: 'eip-2', eipAddress: '198.51.100.2' });
    const slbId = bench.state.eips.get('eip-2')?.bindResourceId ?? '';
    expect(bench.call(`DELETE /${slbId}`)).toMatchObject({
      status: 202,
      body: { code: '0', message: 'success' },
    });
    expect(bench.state.eips.get('eip-2')).toMatchObject({ bindResourceId: '' });
    expect(bench.call(`GET ?slbId=${slbId}`)).toMatchObject({ status: 404 });
  });

  it('keeps a deleted load balancer in the state deleting for the configured time', () => {
    const bench = new Bench({ slbDeleteMs: 1000 });
    expect(bench.call('DELETE /slb-2').status).toBe(202);
    expect(bench.call('GET ?slbId=slb-2')).toMatchObject({ body: [{ state: 'deleting' }] });
    bench.now += 1000;
    expect(bench.call('GET ?slbId=slb-2')).toMatchObject({
      status: 404,
      body: { code: '107.001404' },
    });
  });

  it('renames a load balancer and returns its charge type', () => {
    const { status, body } = new Bench().call('PUT /slb-2', { slbName: 'deux' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      slbId: 'slb-2',
      slbName: 'deux',
      chargeType: 'monthly',
      type: 'application',
    });
    expect(body).toHaveProperty('purchaseTime');
  });

  it('binds and unbinds an EIP', () => {
    const bench = new Bench();
    expect(bench.call('POST /slb-2/eip', { eipId: 'eip-2' }).status).toBe(200);
    expect(bench.call('GET ?slbId=slb-2')).toMatchObject({
      body: [{ eipId: 'eip-2', eipAddress: '198.51.100.2' }],
    });
    expect(bench.call('DELETE /slb-2/eip').status).toBe(200);
    expect(bench.call('GET ?slbId=slb-2')).toMatchObject({ body: [{ eipId: '', eipAddress: '' }] });
    expect(bench.state.eips.get('eip-2')).toMatchObject({ bindResourceId: '' });
  });

  it('creates a listener, returns all fields, and counts it', () => {
    const bench = new Bench();
    const { status, body } = bench.call('POST /slb-2/listeners/', listener);
    expect(status).toBe(200);
    expect(body).toEqual({
      ...listener,
      slbId: 'slb-2',
      listenerId: expect.stringMatching(/^listener-\d+$/),
      isHealthCheck: '0',
      typeHealthCheck: 'tcp',
      portHealthCheck: 0,
      periodHealthCheck: 5,
      timeoutHealthCheck: 3,
      maxHealthCheck: 3,
      domainHealthCheck: '',
      pathHealthCheck: '',
    });
    expect(bench.call('GET ?slbId=slb-2')).toMatchObject({ body: [{ listenerCount: 1 }] });
    expect(bench.call('GET /slb-2/listeners')).toEqual({ status: 200, body: [body] });
  });

  it('resets the health check fields that a change of a listener omits', () => {
    const bench = new Bench();
    const whole = {
      listenerName: 'web',
      protocol: 'TCP',
      port: 80,
      forwardRule: 'WRR',
      isHealthCheck: '1',
      typeHealthCheck: 'http',
      portHealthCheck: 8080,
      periodHealthCheck: 30,
      timeoutHealthCheck: 2,
      maxHealthCheck: 4,
      domainHealthCheck: 'example.test',
      pathHealthCheck: '/healthz',
    };
    expect(bench.call('PUT /slb-1/listeners/lst-1', whole)).toEqual({
      status: 200,
      body: { slbId: 'slb-1', listenerId: 'lst-1', ...whole },
    });
    const { listenerName, protocol, port, forwardRule } = whole;
    bench.call('PUT /slb-1/listeners/lst-1', { listenerName, protocol, port, forwardRule });
    expect(bench.call('GET /slb-1/listeners/lst-1')).toMatchObject({
      body: {
        forwardRule: 'WRR',
        isHealthCheck: '0',
        typeHealthCheck: 'tcp',
        portHealthCheck: 0,
        pathHealthCheck: '',
      },
    });
    expect(bench.call('GET /slb-1/listeners/lst-1/members').body).toHaveLength(2);
  });

  it('releases the old port of a listener that moves to another one', () => {
    const bench = new Bench();
    expect(bench.call('PUT /slb-1/listeners/lst-1', { ...listener, port: 81 }).status).toBe(200);
    expect(bench.call('POST /slb-1/listeners/', { ...listener, port: 81 })).toMatchObject({
      body: { code: '107.002400' },
    });
    expect(bench.call('POST /slb-1/listeners/', { ...listener, port: 80 }).status).toBe(200);
  });

  it('deletes a listener with its members and releases its port', () => {
    const bench = new Bench();
    expect(bench.call('DELETE /slb-1/listeners/lst-1')).toEqual({ status: 204 });
    expect(bench.call('GET ?slbId=slb-1')).toMatchObject({ body: [{ listenerCount: 1 }] });
    expect(bench.state.snapshot().members).toEqual([]);
    expect(bench.call('POST /slb-1/listeners/', { ...listener, port: 80 }).status).toBe(200);
  });

  it('adds members and returns them with their IDs', () => {
    const bench = new Bench();
    const { body } = bench.call('POST /slb-1/listeners/lst-1/members', [
      member,
      { ...member, serverId: 'i-1' },
    ]);
    expect(body).toEqual({
      code: '0',
      message: 'success',
      data: [
        { ...member, backendId: expect.any(String), listenerId: 'lst-1' },
        { ...member, serverId: 'i-1', backendId: expect.any(String), listenerId: 'lst-1' },
      ],
    });
    expect(bench.call('GET /slb-1/listeners/lst-1/members').body).toHaveLength(4);
  });

  it('removes the members of a list', () => {
    const bench = new Bench();
    const call = `DELETE /slb-1/listeners/lst-1/members?backendIdList=${ids(['bk-1', 'bk-2'])}`;
    expect(bench.call(call)).toEqual({ status: 200, body: { code: '0', message: 'success' } });
    expect(bench.call('GET /slb-1/listeners/lst-1/members')).toEqual({ status: 200, body: [] });
  });

  it('changes the weight and the port of a member', () => {
    const bench = new Bench();
    const changed = { weight: 5, port: 30081 };
    expect(bench.call('PUT /slb-1/listeners/lst-1/members/bk-1', changed).status).toBe(200);
    expect(bench.call('GET /slb-1/listeners/lst-1/members')).toMatchObject({
      body: [
        { backendId: 'bk-1', ...changed },
        { backendId: 'bk-2', weight: 10 },
      ],
    });
  });

  it('accepts any server ID if the seed contains no servers', () => {
    const { servers: _none, ...rest } = seed;
    const bench = new Bench({}, rest);
    const call = 'POST /slb-1/listeners/lst-1/members';
    expect(bench.call(call, [{ ...member, serverId: 'anything' }]).status).toBe(200);
  });
});

describe('ports', () => {
  it.each([
    ['TCP', 80, '107.002400'],
    ['HTTP', 80, '107.002400'],
    ['UDP', 80, undefined],
    ['UDP', 53, '107.002400'],
    ['TCP', 53, undefined],
    ['TCP', 81, undefined],
  ])(
    'conflict within a protocol space: %s %i with TCP 80 and UDP 53 in use: %s',
    (protocol, port, code) => {
      const { status, body } = new Bench().call('POST /slb-1/listeners/', {
        ...listener,
        protocol,
        port,
      });
      expect(status).toBe(code === undefined ? 200 : 400);
      expect(body).toMatchObject(code === undefined ? { protocol, port } : { code });
    },
  );

  it('are separate on each load balancer', () => {
    expect(new Bench().call('POST /slb-2/listeners/', { ...listener, port: 80 }).status).toBe(200);
  });
});

type Refusal = readonly [
  request: string,
  body: unknown,
  status: number,
  code: string,
  names: string,
];

const refuse =
  (status: number, code: string) =>
  (request: string, body?: unknown, names = ''): Refusal => [request, body, status, code, names];
const bad = refuse(400, '107.000400');
const noRoute = refuse(404, '107.000400');
const wrongMethod = refuse(405, '107.000400');

const members = '/slb-1/listeners/lst-1/members';
const slbCalls = (slbId: string): readonly (readonly [request: string, body?: unknown])[] => [
  [`GET ?slbId=${slbId}`],
  [`PUT /${slbId}`, { slbName: 'x' }],
  [`DELETE /${slbId}`],
  [`POST /${slbId}/eip`, { eipId: 'eip-2' }],
  [`DELETE /${slbId}/eip`],
  [`GET /${slbId}/listeners`],
  [`POST /${slbId}/listeners/`, listener],
  ...listenerCalls(slbId),
];
const listenerCalls = (slbId: string): readonly (readonly [request: string, body?: unknown])[] => [
  [`GET /${slbId}/listeners/lst-1`],
  [`PUT /${slbId}/listeners/lst-1`, listener],
  [`DELETE /${slbId}/listeners/lst-1`],
  [`GET /${slbId}/listeners/lst-1/members`],
  [`POST /${slbId}/listeners/lst-1/members`, [member]],
  [`DELETE /${slbId}/listeners/lst-1/members?backendIdList=${ids(['bk-1'])}`],
  [`PUT /${slbId}/listeners/lst-1/members/bk-1`, { weight: 1, port: 1 }],
];
const wrongListenerFields = {
  slbId: 'slb-7',
  listenerName: '',
  protocol: 'tcp',
  port: '80',
  forwardRule: 'WR',
  isHealthCheck: true,
  typeHealthCheck: 'udp',
  portHealthCheck: 65_536,
  periodHealthCheck: '30',
  timeoutHealthCheck: 1.5,
  maxHealthCheck: -1,
  domainHealthCheck: 1,
  pathHealthCheck: {},
};
const wrongMemberFields = {
  serverId: '',
  port: '1',
  serverName: 1,
  serverIp: 'node-a',
  type: 'VM',
  weight: -1,
};
const without = (object: object, field: string): object => ({ ...object, [field]: undefined });

const wrongListeners = (request: string): readonly Refusal[] => [
  ...Object.keys(listener).map((field) => bad(request, without(listener, field), field)),
  ...Object.entries(wrongListenerFields).map(([field, wrong]) =>
    bad(request, { ...listener, [field]: wrong }, field),
  ),
  bad(request, { ...listener, isHealthCheck: '1', periodHealthCheck: 0 }, 'periodHealthCheck'),
  bad(request, { ...listener, port: 0 }, 'port'),
  bad(request, [listener], 'body'),
];

const refusals: readonly Refusal[] = [
  ...slbCalls('slb-9').map((call) => refuse(404, '107.001404')(...call)),
  ...slbCalls('slb-other').map((call) => refuse(403, '107.001401')(...call)),
  // lst-1 belongs to another load balancer.
  ...listenerCalls('slb-2').map((call) => refuse(404, '107.002404')(...call)),
  refuse(404, '107.003404')(`DELETE ${members}?backendIdList=${ids(['bk-9'])}`, undefined, 'bk-9'),
  refuse(404, '107.003404')(`PUT ${members}/bk-9`, { weight: 1 }, 'bk-9'),
  refuse(404, '107.101404')(`POST ${members}`, [{ ...member, serverId: 'i-9' }], '0.serverId'),
  refuse(404, '107.004404')(`POST ${members}`, [{ ...member, serverId: 'p-9', type: 'POD' }]),
  refuse(400, '107.002500')('POST /slb-busy/listeners/', listener, 'creating'),
  refuse(400, '107.002400')(
    'PUT /slb-1/listeners/lst-1',
    { ...listener, protocol: 'UDP', port: 53 },
    'lst-empty',
  ),
  refuse(400, '107.008400')(
    'POST /slb-1/listeners/',
    { ...listener, protocol: 'HTTPS' },
    'certificateId',
  ),
  refuse(404, '101.006004')('POST /slb-2/eip', { eipId: 'eip-9' }, 'eip-9'),
  bad('POST /slb-2/eip', { eipId: 'eip-1' }, 'slb-1'),
  bad('POST /slb-1/eip', { eipId: 'eip-2' }, 'eip-1'),
  bad('DELETE /slb-2/eip'),
  bad('DELETE /slb-1', undefined, 'listeners'),
  bad('GET ?slbId=slb-1&slbId=slb-2', undefined, 'slbId'),
  bad('GET ?pageNo=0', undefined, 'pageNo'),
  bad('GET ?pageSize=many', undefined, 'pageSize'),
  ...Object.keys(slbWish).map((field) => bad('POST ', without(slbWish, field), field)),
  bad('POST ', { ...slbWish, scheme: 'public' }, 'scheme'),
  bad('PUT /slb-1', {}, 'slbName'),
  bad('PUT /slb-1', '{', 'JSON'),
  bad('PUT /slb-1', [], 'body'),
  ...wrongListeners('POST /slb-2/listeners/'),
  ...wrongListeners('PUT /slb-1/listeners/lst-1'),
  bad(`POST ${members}`, member, 'array'),
  bad(`POST ${members}`, { servers: [member] }, 'array'),
  bad(`POST ${members}`, [], 'array'),
  ...Object.entries(wrongMemberFields).map(([field, wrong]) =>
    bad(`POST ${members}`, [member, { ...member, [field]: wrong }], `1.${field}`),
  ),
  bad(`DELETE ${members}`, undefined, 'backendIdList'),
  bad(`DELETE ${members}?backendIdList=bk-1`, undefined, 'backendIdList'),
  bad(`DELETE ${members}?backendIdList=bk-1,bk-2`, undefined, 'backendIdList'),
  bad(`DELETE ${members}?backendIdList=${ids([])}`, undefined, 'backendIdList'),
  bad(`DELETE ${members}?backendIdList=%5B1%5D`, undefined, 'backendIdList'),
  bad(
    `DELETE ${members}?backendIdList=${ids(['bk-1'])}&backendIdList=${ids(['bk-2'])}`,
    undefined,
    'backendIdList',
  ),
  bad(`PUT ${members}/bk-1`, { port: 1 }, 'weight'),
  bad(`PUT ${members}/bk-1`, { weight: 1, port: 'x' }, 'port'),
  wrongMethod('POST /slb-1/listeners', listener, 'trailing slash'),
  wrongMethod('GET /slb-1/listeners/'),
  wrongMethod('GET /slb-1'),
  wrongMethod('PATCH /slb-1/listeners/lst-1', listener),
  noRoute('GET /'),
  noRoute('GET /slb-1/nothing'),
  noRoute(`GET ${members}/`),
];

describe('a refused call', () => {
  it.each(refusals)(
    'has the documented code: %s %j → %i %s',
    (request, body, status, code, names) => {
      const bench = new Bench();
      const before = bench.state.snapshot();
      const answer = bench.call(request, body);
      expect(answer).toEqual({ status, body: { code, message: expect.stringContaining(names) } });
      expect(bench.state.snapshot()).toEqual(before);
    },
  );

  it('adds none of the members if one is refused', () => {
    const bench = new Bench();
    const before = bench.state.snapshot();
    expect(bench.call(`POST ${members}`, [member, { ...member, serverId: 'i-9' }]).status).toBe(
      404,
    );
    expect(bench.state.snapshot()).toEqual(before);
  });

  it('removes none of the members if one does not exist', () => {
    const bench = new Bench();
    expect(bench.call(`DELETE ${members}?backendIdList=${ids(['bk-1', 'bk-9'])}`).status).toBe(404);
    expect(bench.call(`GET ${members}`).body).toHaveLength(2);
  });
});

const rules = (memberRules: Partial<MemberRules>): Bench =>
  new Bench({ memberRules: () => ({ unique: 'no', perListener: 0, perSlb: 0, ...memberRules }) });

describe('the member rules', () => {
  const add = `POST ${members}`;
  const old = { ...member, serverId: 'i-1', serverIp: '10.1.0.1' };

  it.each<[MemberRules['unique'], string, readonly Partial<typeof member>[], boolean]>([
    ['no', 'the same member', [old], true],
    ['server', 'the same server on another port', [{ ...old, port: 30081 }], false],
    ['server', 'the same server at another address', [{ ...old, serverIp: '10.1.0.9' }], false],
    ['server', 'another server at the same address', [{ ...old, serverId: 'i-3' }], true],
    ['server', 'one server twice in the call', [member, { ...member, port: 1 }], false],
    ['address', 'the same server on another port', [{ ...old, port: 30081 }], true],
    ['address', 'the same server at another address', [{ ...old, serverIp: '10.1.0.9' }], true],
    ['address', 'another server at the same address', [{ ...old, serverId: 'i-3' }], false],
    ['address', 'one address twice in the call', [member, { ...member, serverId: 'i-1' }], false],
  ])('enforce uniqueness by %s: %s → %j', (unique, _what, added, accepted) => {
    const bench = rules({ unique });
    const before = bench.state.snapshot();
    const refused = { status: 400, body: { code: '107.103500' } };
    expect(bench.call(add, added)).toMatchObject(accepted ? { status: 200 } : refused);
    const growth = bench.state.snapshot().members.length - before.members.length;
    expect(growth).toBe(accepted ? added.length : 0);
  });

  it('accept a server with the same address after the old member is removed', () => {
    for (const unique of ['server', 'address'] as const) {
      const bench = rules({ unique });
      bench.call(`DELETE ${members}?backendIdList=${ids(['bk-1'])}`);
      expect(bench.call(add, [old]).status).toBe(200);
    }
  });

  it('refuse to change a member to the address of another one', () => {
    const bench = rules({ unique: 'address' });
    bench.call(add, [{ ...old, port: 30081 }]);
    expect(bench.call(`PUT ${members}/bk-1`, { weight: 1, port: 30081 })).toMatchObject({
      status: 400,
      body: { code: '107.303500' },
    });
    expect(bench.call(`PUT ${members}/bk-1`, { weight: 1, port: 30080 }).status).toBe(200);
  });

  it.each([
    ['perListener', { perListener: 3 }],
    ['perSlb', { perSlb: 4 }],
  ])('add nothing if a call would exceed the quota: %s', (_which, quota) => {
    const bench = rules(quota);
    bench.call('POST /slb-1/listeners/lst-empty/members', [member]);
    const before = bench.state.snapshot();
    expect(bench.call(add, [member, member])).toMatchObject({
      status: 400,
      body: { code: '107.003500' },
    });
    expect(bench.state.snapshot()).toEqual(before);
    expect(bench.call(add, [member]).status).toBe(200);
  });

  it('count the members of each load balancer separately', () => {
    const bench = rules({ perSlb: 2 });
    bench.state.upsert({
      listeners: [{ slbId: 'slb-2', listenerId: 'lst-2', protocol: 'TCP', port: 80 }],
    });
    expect(bench.call('POST /slb-2/listeners/lst-2/members', [member, member]).status).toBe(200);
  });
});
