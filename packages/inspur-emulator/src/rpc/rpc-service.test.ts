import { describe, expect, it } from '@jest/globals';
import { ServiceError } from '../service/service-error.ts';
import { CloudState } from '../state/cloud-state.ts';
import { ecsActions } from './ecs-actions.ts';
import { eipActions } from './eip-actions.ts';
import { RpcService } from './rpc-service.ts';
import { vpcActions } from './vpc-actions.ts';

const now = 1_700_000_000_000;

class Bench {
  readonly state = new CloudState({ region: 'cn-north-3', userId: 'user-1' }, () => now);
  readonly #services = new Map(
    Object.entries({
      ecs: ecsActions(this.state),
      vpc: vpcActions(this.state),
      eip: eipActions(this.state),
    }).map(([name, actions]) => [
      name,
      new RpcService({ name, actions, now: () => now, clockToleranceMs: 900_000 }),
    ]),
  );

  constructor() {
    this.state.replace({
      slbs: [{ slbId: 'slb-1' }],
      servers: Array.from({ length: 250 }, (_, index) => ({
        serverId: `i-${index}`,
        serverName: `node-${index}`,
      })),
      eips: [
        { eipId: 'eip-1', eipAddress: '198.51.100.1' },
        { eipId: 'eip-2', bindResourceId: 'slb-7' },
      ],
      routes: [
        { routeId: 'r-1', routeTableId: 'rtb-1', destination: '10.1.0.0/24', nextHopId: 'i-1' },
      ],
    });
  }

  /** @param request `<service> <Action>[&name=value…]` */
  call(
    request: string,
    changes: Readonly<Record<string, string>> = {},
    method = 'GET',
    path = '/',
  ) {
    const [name = '', action = ''] = request.split(' ');
    const query = new URLSearchParams(`Action=${action}`);
    const common = {
      Version: '2019-01-31',
      Timestamp: String(now / 1000),
      Nonce: '1',
      Format: 'json',
      ...changes,
    };
    for (const [key, value] of Object.entries(common)) query.set(key, value);
    const service = this.#services.get(name);
    if (service === undefined) throw new Error(`no service ${name}`);
    const asked = { method, path, query, body: '' };
    try {
      const { status, body } = service.handle({ ...asked, userId: 'user-1' });
      return {
        status,
        operation: service.operationOf(asked),
        body,
        text: service.encode(body, asked).text,
      };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return {
        status: error.status,
        operation: service.operationOf(asked),
        body: { Code: error.code, Message: error.message },
      };
    }
  }
}

describe('the envelope', () => {
  it('encloses every response', () => {
    const { status, body, operation } = new Bench().call('ecs ListServers&serverIds=i-1');
    expect(status).toBe(200);
    expect(operation).toBe('ListServers');
    expect(body).toEqual({
      RequestId: 'ecs-1',
      Code: '0',
      Message: 'success',
      Data: {
        total: 1,
        servers: [
          {
            serverId: 'i-1',
            serverName: 'node-1',
            hostName: 'node-1',
            status: 'active',
            flavorName: 'ecs.small',
            regionId: 'cn-north-3',
            availabilityZone: 'cn-north-3a',
            vpcId: '',
            subnetId: '',
            privateIps: [],
            eipAddress: '',
            ipv6Addresses: [],
            tags: {},
          },
        ],
      },
    });
  });

  it('is XML unless JSON is requested', () => {
    const bench = new Bench();
    bench.state.upsert({ servers: [{ serverId: 'i-1', serverName: 'a<b' }] });
    const { text } = bench.call('ecs ListServers&serverIds=i-1', { Format: '' });
    expect(text).toContain(
      '<Response><RequestId>ecs-1</RequestId><Code>0</Code><Data><total>1</total><servers><item>',
    );
    expect(text).toContain('<serverName>a&lt;b</serverName>');
  });

  it.each([
    [{ Action: '' }, 400, '101.001001', 'Action'],
    [{ Action: 'listServers' }, 400, '101.001002', 'Action'],
    [{ Version: '2020-01-01' }, 400, '101.001002', 'Version'],
    [{ Version: '' }, 400, '101.001001', 'Version'],
    [{ Timestamp: '' }, 400, '101.001001', 'Timestamp'],
    [{ Timestamp: String(now) }, 400, '101.001002', 'Timestamp'],
    [{ Timestamp: String(now / 1000 - 901) }, 400, '101.001002', 'Timestamp'],
    [{ Nonce: '0' }, 400, '101.001002', 'Nonce'],
    [{ Nonce: '1.5' }, 400, '101.001002', 'Nonce'],
    [{ Nonce: '' }, 400, '101.001001', 'Nonce'],
  ])('is refused with %j', (changes, status, code, names) => {
    const answer = new Bench().call('ecs ListServers', changes);
    expect(answer).toMatchObject({
      status,
      body: { Code: code, Message: expect.stringContaining(names) },
    });
  });

  it('accepts any positive integer as a nonce, even with 63 bits', () => {
    const answer = new Bench().call('ecs ListServers', { Nonce: '9223372036854775807' });
    expect(answer.status).toBe(200);
  });

  it('is refused for other paths and methods', () => {
    const bench = new Bench();
    expect(bench.call('ecs ListServers', {}, 'DELETE').status).toBe(405);
    expect(bench.call('ecs ListServers', {}, 'GET', '/servers')).toMatchObject({
      status: 404,
      operation: '',
    });
    expect(bench.call('ecs ListServers', {}, 'POST').status).toBe(200);
  });
});

describe('servers', () => {
  it.each([
    ['', 100, 250, 'i-0'],
    ['&pageNo=3&pageSize=100', 50, 250, 'i-200'],
    ['&pageNo=2&pageSize=10', 10, 250, 'i-10'],
    ['&serverIds=i-3,i-9,i-999,i-3', 2, 2, 'i-3'],
    ['&serverName=node-17', 1, 1, 'i-17'],
  ])('are listed by page, ID, and name: %s', (query, count, total, first) => {
    const { body } = new Bench().call(`ecs ListServers${query}`);
    expect(body).toMatchObject({ Code: '0', Data: { total } });
    expect(body).toHaveProperty('Data.servers.length', count);
    expect(body).toHaveProperty('Data.servers.0.serverId', first);
  });

  it.each([
    ['ListServers&serverIds=i-999', '101.001008'],
    ['ListServers&pageNo=4', '101.001008'],
    ['ShowServersDetailed&serverId=i-999', '101.001010'],
  ])('that do not exist cause an "empty" code, not an error: %s', (query, code) => {
    const answer = new Bench().call(`ecs ${query}`);
    expect(answer).toMatchObject({ status: 200, body: { Code: code, Data: { servers: [] } } });
  });

  it.each([
    ['ListServers&pageSize=101', '101.001002'],
    ['ListServers&pageNo=0', '101.001002'],
    [
      `ListServers&serverIds=${Array.from({ length: 101 }, (_, index) => `i-${index}`).join(',')}`,
      '101.001002',
    ],
    ['ListServers&serverIds=i-1,,i-2', '101.001002'],
    ['ShowServersDetailed', '101.001001'],
    ['StopServer', '101.001001'],
    ['StopServer&serverId=i-999', '101.001010'],
    ['DeleteServer&serverId=i-999', '101.001010'],
  ])('are refused or missing for %s', (query, code) => {
    expect(new Bench().call(`ecs ${query}`)).toMatchObject({ status: 400, body: { Code: code } });
  });

  it('can be stopped, started, and deleted', () => {
    const bench = new Bench();
    const shown = () => bench.call('ecs ShowServersDetailed&serverId=i-5').body;
    bench.call('ecs StopServer&serverId=i-5');
    expect(shown()).toMatchObject({ Data: { servers: [{ serverId: 'i-5', status: 'stopped' }] } });
    bench.call('ecs StartServer&serverId=i-5');
    expect(shown()).toMatchObject({ Data: { servers: [{ status: 'active' }] } });
    bench.call('ecs DeleteServer&serverId=i-5');
    expect(shown()).toMatchObject({ Code: '101.001010' });
  });

  it('that are hidden exist without being listed', () => {
    const bench = new Bench();
    bench.state.hiddenServers = new Set(['i-5']);
    expect(bench.call('ecs ListServers').body).toMatchObject({ Data: { total: 249 } });
    expect(bench.call('ecs ListServers&serverIds=i-4,i-5').body).toMatchObject({
      Data: { total: 1 },
    });
    expect(bench.call('ecs StopServer&serverId=i-5').status).toBe(200);
    bench.state.hiddenServers = new Set();
    expect(bench.call('ecs ListServers').body).toMatchObject({ Data: { total: 250 } });
  });
});

describe('VPCs', () => {
  it('are those of the objects and the default VPC', () => {
    const bench = new Bench();
    const listed = (query = '') => bench.call(`vpc ListVPCs${query}`).body;
    expect(listed()).toMatchObject({ Data: { total: 1, vpcs: [{ vpcId: 'vpc-default' }] } });
    bench.state.upsert({
      slbs: [{ slbId: 'slb-1', vpcId: 'vpc-1' }],
      servers: [
        { serverId: 'i-1', vpcId: 'vpc-1' },
        { serverId: 'i-2', vpcId: 'vpc-2' },
      ],
    });
    expect(listed()).toMatchObject({ Data: { total: 3 } });
    expect(listed('&vpcId=vpc-2')).toMatchObject({
      Data: { total: 1, vpcs: [{ vpcId: 'vpc-2' }] },
    });
    expect(listed('&vpcId=vpc-9')).toMatchObject({ Code: '0', Data: { total: 0, vpcs: [] } });
  });
});

const route = 'vpc AddRoute&routeTableId=rtb-1&nextHopType=ECS&nextHopId=i-2&destination=';

describe('routes', () => {
  it('are added, listed by table, and deleted', () => {
    const bench = new Bench();
    const { body } = bench.call(`${route}10.2.0.0/24`);
    expect(body).toMatchObject({
      Data: {
        routeTableId: 'rtb-1',
        destination: '10.2.0.0/24',
        nextHopType: 'ECS',
        nextHopId: 'i-2',
        description: '',
      },
    });
    expect(bench.call('vpc ListRoutes&routeTableId=rtb-1').body).toMatchObject({
      Data: { total: 2 },
    });
    expect(bench.call('vpc ListRoutes&routeTableId=rtb-2').body).toMatchObject({
      Data: { total: 0, routes: [] },
    });
    expect(bench.call('vpc DeleteRoute&routeId=r-1').status).toBe(200);
    expect(bench.call('vpc ListRoutes').body).toMatchObject({
      Data: { total: 1, routes: [{ destination: '10.2.0.0/24' }] },
    });
  });

  it.each([
    ['', ['r-1', 'route-00000001'], 100],
    ['&pageNo=2', ['route-00000100', 'route-00000101'], 51],
    ['&pageNo=3&pageSize=70', ['route-00000140', 'route-00000141'], 11],
    ['&pageNo=4&pageSize=70', [], 0],
  ])('are listed by page: %s', (query, first, count) => {
    const bench = new Bench();
    for (let index = 0; index < 150; index += 1) bench.call(`${route}10.2.${index}.0/24`);
    const { body } = bench.call(`vpc ListRoutes&routeTableId=rtb-1${query}`);
    expect(body).toMatchObject({ Code: '0', Data: { total: 151 } });
    expect(body).toHaveProperty('Data.routes.length', count);
    const { routes } = Object(Object(body).Data);
    expect(Array.from<object>(routes).slice(0, 2)).toMatchObject(
      first.map((routeId) => ({ routeId })),
    );
  });

  it('to the same destination can exist in two tables', () => {
    const bench = new Bench();
    const added = bench.call(`${route}10.1.0.0/24`.replace('rtb-1', 'rtb-2'));
    expect(added.status).toBe(200);
    expect(bench.call('vpc ListRoutes&routeTableId=rtb-2').body).toMatchObject({
      Data: { total: 1 },
    });
  });

  it('remain when their server is deleted', () => {
    const bench = new Bench();
    bench.call('ecs DeleteServer&serverId=i-1');
    expect(bench.call('vpc ListRoutes').body).toMatchObject({
      Data: { total: 1, routes: [{ routeId: 'r-1', nextHopId: 'i-1' }] },
    });
  });

  it('require an existing table if the cloud has any', () => {
    const bench = new Bench();
    bench.state.upsert({ routeTables: [{ routeTableId: 'rtb-1' }] });
    expect(bench.call(`${route}10.2.0.0/24`).status).toBe(200);
    const refusal = { status: 404, body: { Code: '102.002404' } };
    const elsewhere = `${route}10.3.0.0/24`.replace('rtb-1', 'rtb-9');
    expect(bench.call(elsewhere)).toMatchObject(refusal);
    expect(bench.call('vpc ListRoutes&routeTableId=rtb-9')).toMatchObject(refusal);
    expect(bench.state.snapshot().routes).toHaveLength(2);
  });

  it.each([
    [`${route}10.2.0.0`, 400, '101.001002', 'destination'],
    [`${route}10.2.0.0/33`, 400, '101.001002', 'destination'],
    [`${route}10.2.0.1/24`, 400, '101.001002', 'first address'],
    [`${route}fd00::/129`, 400, '101.001002', 'destination'],
    [`${route}fd00:0::/64`, 400, '102.003409', 'r-6'],
    [`${route}10.1.0.0/24`, 400, '102.003409', 'r-1'],
    [
      `${route}10.2.0.0/24&nextHopType=VPN`.replace('nextHopType=ECS&', ''),
      400,
      '101.001002',
      'nextHopType',
    ],
    [`${route}10.2.0.0/24`.replace('i-2', 'i-999'), 404, '102.101404', 'nextHopId'],
    [`${route}10.2.0.0/24&description=${'x'.repeat(256)}`, 400, '101.001002', 'description'],
    [`${route}10.2.0.0/24`.replace('rtb-1', ''), 400, '101.001001', 'routeTableId'],
    ['vpc DeleteRoute&routeId=r-9', 404, '102.003404', 'r-9'],
    ['vpc DeleteRoute', 400, '101.001001', 'routeId'],
  ])('are refused: %s', (request, status, code, names) => {
    const bench = new Bench();
    bench.state.upsert({
      routes: [
        { routeId: 'r-6', routeTableId: 'rtb-1', destination: 'fd00::/64', nextHopId: 'i-1' },
      ],
    });
    const before = bench.state.snapshot();
    expect(bench.call(request)).toMatchObject({
      status,
      body: { Code: code, Message: expect.stringContaining(names) },
    });
    expect(bench.state.snapshot()).toEqual(before);
  });
});

describe('public addresses', () => {
  it.each([
    ['SLB', 'slb-1', (state: CloudState) => state.slb('slb-1')?.wire.eipAddress],
    ['ECS', 'i-1', (state: CloudState) => state.servers.get('i-1')?.eipAddress],
  ])('are bound to and unbound from an %s, which contains the EIP', (type, id, addressOf) => {
    const bench = new Bench();
    const { body } = bench.call(
      `eip BindEip&eipId=eip-1&bindResourceId=${id}&bindResourceType=${type}`,
    );
    expect(body).toMatchObject({ Data: { bindResourceId: id, bindResourceType: type } });
    expect(addressOf(bench.state)).toBe('198.51.100.1');
    bench.call('eip UnbindEip&eipId=eip-1');
    expect(addressOf(bench.state)).toBe('');
    expect(bench.call('eip ListEips&eipIds=eip-1').body).toMatchObject({
      Data: { total: 1, eips: [{ bindResourceId: '' }] },
    });
  });

  it('are created, changed, and deleted', () => {
    const bench = new Bench();
    const { body } = bench.call('eip CreateEip&bandwidth=5&chargeType=bandwidth');
    expect(body).toMatchObject({
      Data: { bandwidth: 5, eipAddress: expect.stringMatching(/^203\./) },
    });
    expect(bench.call('eip UpdateEipBandwidth&eipId=eip-1&bandwidth=9').body).toMatchObject({
      Data: { bandwidth: 9 },
    });
    expect(bench.call('eip DeleteEip&eipId=eip-1').status).toBe(200);
    expect(bench.call('eip ListEips').body).toMatchObject({ Data: { total: 2 } });
  });

  it.each([
    ['eip BindEip&eipId=eip-9&bindResourceId=i-1&bindResourceType=ECS', 404, '101.006004'],
    ['eip BindEip&eipId=eip-2&bindResourceId=i-1&bindResourceType=ECS', 400, '101.001002'],
    ['eip BindEip&eipId=eip-1&bindResourceId=i-999&bindResourceType=ECS', 400, '101.001002'],
    ['eip BindEip&eipId=eip-1&bindResourceId=i-1&bindResourceType=NAT', 400, '101.001002'],
    ['eip DeleteEip&eipId=eip-2', 400, '101.001002'],
    ['eip CreateEip&bandwidth=0&chargeType=x', 400, '101.001002'],
  ])('are refused: %s', (request, status, code) => {
    expect(new Bench().call(request)).toMatchObject({ status, body: { Code: code } });
  });
});
