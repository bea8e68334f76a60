import { describe, expect, it } from '@jest/globals';
import { defaultAccount } from '../auth/account.ts';
import { requestSignature } from '../auth/request-signature.ts';
import { CloudControls } from '../control/controls.ts';
import { seededRandom } from '../faults/random.ts';
import type { CloudReply } from './cloud.ts';
import { Cloud } from './cloud.ts';

const start = Date.parse('2026-05-04T10:00:00Z');
const slbs = '/regionsvc-cn-north-3/slb/v1/slbs';
const other = {
  userId: 'user-2',
  keycloak: { clientId: 'other', clientSecret: 'other-secret', requestedSubject: 'user-2' },
  accessKey: { id: 'AKOTHER', secret: 'sk-other' },
  token: 'other-token',
};

class Bench {
  now = start;
  readonly cloud = new Cloud({
    region: 'cn-north-3',
    accounts: [defaultAccount, other],
    now: () => this.now,
    random: seededRandom(7),
    tokenLifetimeSeconds: 300,
    clockToleranceMs: 900_000,
    slbCreateMs: 0,
    slbDeleteMs: 0,
  });
  readonly controls = new CloudControls(this.cloud);

  constructor() {
    this.controls.replaceState({
      slbs: [{ slbId: 'slb-1' }],
      servers: [{ serverId: 'i-1' }, { serverId: 'i-2' }],
    });
  }

  send(
    method: string,
    target: string,
    headers: Readonly<Record<string, string>> = {},
    body = '',
  ): CloudReply {
    return this.cloud.handle({ method, target, headers, body });
  }

  get date(): string {
    return new Date(this.now).toUTCString();
  }

  bearer(token: string = defaultAccount.token): Readonly<Record<string, string>> {
    return { authorization: `Bearer ${token}`, date: this.date };
  }

  exchange(
    changes: Readonly<Record<string, string>> = {},
    contentType = 'application/x-www-form-urlencoded',
  ): CloudReply {
    const form = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      client_id: 'ccm',
      client_secret: 'emulator-client-secret',
      request_token_type: 'urn:ietf:params:oauth:token-type:refresh_token',
      requested_subject: 'user-1',
      audience: 'console',
      ...changes,
    });
    return this.send('POST', '/auth/token', { 'content-type': contentType }, form.toString());
  }

  token(): string {
    const { access_token: token } = json(this.exchange());
    return String(token);
  }

  signed(
    changes: Readonly<Record<string, string>> = {},
    nonce = 'n-1',
    secret = 'emulator-secret-key',
  ) {
    const time = String(this.now);
    const parameters = [['slbId', 'slb-1']] as const;
    const signature = requestSignature(
      { method: 'GET', path: slbs, parameters, body: '', time, nonce },
      secret,
      'sha256',
    );
    return {
      'x-secret-id': 'AKEMULATOR',
      'x-sign-algorithm': 'sha256',
      'x-time': time,
      'x-random': nonce,
      'x-sign': signature,
      ...changes,
    };
  }
}

function json(reply: CloudReply): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(reply.body);
  if (typeof value !== 'object' || value === null) throw new Error(`not an object: ${reply.body}`);
  return { ...value };
}

describe('the token exchange', () => {
  it('returns a bearer token in the format of Keycloak', () => {
    const bench = new Bench();
    const reply = bench.exchange();
    expect(reply.status).toBe(200);
    expect(json(reply)).toEqual({
      access_token: expect.any(String),
      expires_in: 300,
      refresh_expires_in: expect.any(Number),
      refresh_token: expect.any(String),
      token_type: 'bearer',
      'not-before-policy': 0,
      session_state: expect.any(String),
    });
  });

  it.each([
    [{ grant_type: 'client_credentials' }, 400, 'unsupported_grant_type'],
    [{ client_id: 'nobody' }, 401, 'invalid_client'],
    [{ client_secret: 'wrong' }, 401, 'invalid_client'],
    [
      {
        request_token_type: '',
        requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token',
      },
      400,
      'invalid_request',
    ],
    [{ audience: 'api' }, 400, 'invalid_request'],
    [{ requested_subject: 'user-2' }, 403, 'access_denied'],
  ])('refuses %j', (changes, status, error) => {
    const reply = new Bench().exchange(changes);
    expect(reply.status).toBe(status);
    expect(json(reply)).toMatchObject({ error });
  });

  it('refuses a body that is not a form and a method other than POST', () => {
    const bench = new Bench();
    expect(bench.exchange({}, 'application/json').status).toBe(400);
    expect(bench.send('GET', '/auth/token').status).toBe(405);
  });
});

describe('a bearer token', () => {
  it.each(['exchanged', 'static'])('authenticates its account: %s', (kind) => {
    const bench = new Bench();
    const headers = bench.bearer(kind === 'static' ? defaultAccount.token : bench.token());
    expect(bench.send('GET', `${slbs}?slbId=slb-1`, headers).status).toBe(200);
  });

  it('is valid until it expires', () => {
    const bench = new Bench();
    const token = bench.token();
    bench.now += 299_999;
    expect(bench.send('GET', slbs, bench.bearer(token)).status).toBe(200);
    bench.now += 1;
    expect(bench.send('GET', slbs, bench.bearer(token)).status).toBe(401);
  });

  it('can be expired, and new tokens can have a shorter lifetime', () => {
    const bench = new Bench();
    const token = bench.token();
    bench.controls.changeTokens({ expireAll: true, expiresIn: 7 });
    expect(bench.send('GET', slbs, bench.bearer(token)).status).toBe(401);
    expect(json(bench.exchange())).toMatchObject({ expires_in: 7 });
    expect(bench.send('GET', slbs, bench.bearer()).status).toBe(200);
  });

  it.each([
    ['no Authorization', { authorization: '' }, 'Authorization'],
    ['another scheme', { authorization: 'Basic abc' }, 'Bearer'],
    ['an unknown token', { authorization: 'Bearer nothing' }, 'token'],
    ['no Date', { date: '' }, 'Date'],
    ['a Date in ISO format', { date: '2026-05-04T10:00:00Z' }, 'RFC 1123'],
    ['a Date with an offset', { date: 'Mon, 04 May 2026 12:00:00 +0200' }, 'RFC 1123'],
    ['a Date that is too early', { date: 'Mon, 04 May 2026 09:44:59 GMT' }, 'deviates too much'],
    ['a Date that is too late', { date: 'Mon, 04 May 2026 10:15:01 GMT' }, 'deviates too much'],
  ])('is refused with %s', (_case, changes, reason) => {
    const bench = new Bench();
    const headers = Object.entries({ ...bench.bearer(), ...changes }).filter(
      ([, value]) => value !== '',
    );
    const reply = bench.send('GET', slbs, Object.fromEntries(headers));
    expect(reply.status).toBe(401);
    expect(json(reply)).toEqual({ code: '107.999401', message: expect.stringContaining(reason) });
  });

  it("of another account sees only that account's objects", () => {
    const bench = new Bench();
    expect(bench.send('GET', slbs, bench.bearer('other-token'))).toMatchObject({
      status: 200,
      body: '[]',
    });
    const reply = bench.send('GET', `${slbs}?slbId=slb-1`, bench.bearer('other-token'));
    expect([reply.status, json(reply)['code']]).toEqual([403, '107.001401']);
  });
});

describe('a signed request', () => {
  const target = `${slbs}?slbId=slb-1`;

  it('is accepted without a Date', () => {
    const bench = new Bench();
    expect(bench.send('GET', target, bench.signed()).status).toBe(200);
  });

  it('is refused if its nonce is reused, even in another request', () => {
    const bench = new Bench();
    bench.send('GET', target, bench.signed());
    const reply = bench.send('GET', target, bench.signed());
    expect([reply.status, json(reply)['message']]).toEqual([
      401,
      expect.stringContaining('replay'),
    ]);
    bench.now += 1000;
    expect(bench.send('GET', target, bench.signed()).status).toBe(401);
    expect(bench.send('GET', target, bench.signed({}, 'n-2')).status).toBe(200);
  });

  it('does not use up its nonce if the connection was reset first', () => {
    const bench = new Bench();
    bench.controls.setFaults([{ reset: 'before', times: 1 }]);
    expect(bench.send('GET', target, bench.signed()).status).toBe(0);
    expect(bench.send('GET', target, bench.signed()).status).toBe(200);
  });

  it.each([
    ['an unknown key', { 'x-secret-id': 'AKNOBODY' }],
    ['another key', { 'x-secret-id': 'AKOTHER' }],
    ['an unknown algorithm', { 'x-sign-algorithm': 'sha512' }],
    ['a time in seconds', { 'x-time': '1777888800' }],
    ['a time that deviates too much', { 'x-time': String(start - 900_001) }],
    ['a time other than the signed one', { 'x-time': String(start + 1) }],
    ['no nonce', { 'x-random': '' }],
    ['a nonce other than the signed one', { 'x-random': 'n-9' }],
    ['a wrong signature', { 'x-sign': 'bm8=' }],
  ])('is refused with %s', (_case, changes) => {
    const bench = new Bench();
    const reply = bench.send('GET', target, bench.signed(changes));
    expect([reply.status, json(reply)['code']]).toEqual([401, '107.999401']);
  });

  it('is refused if its query was not signed', () => {
    const bench = new Bench();
    expect(bench.send('GET', slbs, bench.signed()).status).toBe(401);
  });
});

describe('the call log', () => {
  it('contains the operation, the credential, and the status, but no secrets', () => {
    const bench = new Bench();
    const token = bench.token();
    bench.now += 5;
    const asked = { ...bench.bearer(token), 'x-request-id': 'sync-1' };
    bench.send('GET', `${slbs}?slbId=slb-9`, asked);
    bench.send('GET', slbs, bench.bearer());
    bench.send('GET', `${slbs}?slbId=slb-1`, bench.signed());
    bench.send('GET', `${slbs}/slb-1/listeners`);
    bench.send('GET', '/elsewhere');
    const { next, calls } = bench.controls.calls();
    expect(next).toBe(6);
    expect(calls).toEqual([
      {
        n: 1,
        at: start,
        method: 'POST',
        path: '/auth/token',
        operation: 'GetToken',
        status: 200,
        credential: 'keycloak:ccm',
        requestId: '',
      },
      {
        n: 2,
        at: start + 5,
        method: 'GET',
        path: `${slbs}?slbId=slb-9`,
        operation: 'GetLoadBalancer',
        status: 404,
        credential: 'keycloak:ccm',
        requestId: 'sync-1',
      },
      expect.objectContaining({
        n: 3,
        operation: 'ListLoadBalancers',
        status: 200,
        credential: 'token',
      }),
      expect.objectContaining({
        n: 4,
        operation: 'GetLoadBalancer',
        status: 200,
        credential: 'accessKey:AKEMULATOR',
      }),
      expect.objectContaining({ n: 5, operation: 'ListListeners', status: 401, credential: '' }),
      expect.objectContaining({ n: 6, operation: '', status: 404, credential: '' }),
    ]);
    const text = JSON.stringify(calls);
    for (const secret of [
      token,
      'emulator-client-secret',
      'emulator-secret-key',
      defaultAccount.token,
    ]) {
      expect(text).not.toContain(secret);
    }
  });

  it('continues after the last page', () => {
    const bench = new Bench();
    for (let index = 0; index < 3; index += 1) bench.send('GET', slbs, bench.bearer());
    const { next } = bench.controls.calls(1);
    bench.send('GET', slbs, bench.bearer());
    expect(bench.controls.calls(next)).toMatchObject({ next: 4, calls: [{ n: 4 }] });
    expect(bench.controls.calls(4)).toEqual({ next: 4, calls: [] });
  });

  it('keeps the last 100 000', () => {
    const bench = new Bench();
    for (let index = 0; index < 100_010; index += 1) bench.send('GET', '/elsewhere');
    const { next, calls } = bench.controls.calls();
    expect([next, calls.length, calls[0]?.n, calls.at(-1)?.n]).toEqual([
      100_010, 100_000, 11, 100_010,
    ]);
  });
});

describe('limits', () => {
  it('allow a burst, then respond with 429 and the seconds to wait', () => {
    const bench = new Bench();
    bench.controls.setLimits({ callsPerSecond: 0.4, burst: 2 });
    const status = (): number => bench.send('GET', slbs, bench.bearer()).status;
    expect([status(), status(), status()]).toEqual([200, 200, 429]);
    expect(bench.send('GET', slbs, bench.bearer()).headers).toMatchObject({ 'retry-after': '3' });
    bench.now += 2500;
    expect([status(), status()]).toEqual([200, 429]);
    expect(bench.exchange().status).toBe(200);
    bench.controls.setLimits({});
    expect(status()).toBe(200);
  });
});

const longer = (bytes: number): string => `${slbs}?slbId=`.padEnd(bytes, 'x');

describe('the limit on the size of a URL', () => {
  it('is 8 KiB by default, and its response is an HTML page, as with common gateways', () => {
    const bench = new Bench();
    expect(bench.send('GET', longer(8192), bench.bearer()).status).toBe(404);
    const reply = bench.send('GET', longer(8193), bench.bearer());
    expect([reply.status, reply.headers['content-type']]).toEqual([414, 'text/html']);
    expect(bench.controls.calls().calls.at(-1)).toMatchObject({ status: 414, credential: '' });
  });

  it('can be set', () => {
    const bench = new Bench();
    bench.controls.setLimits({ urlBytes: 100 });
    expect(bench.send('GET', longer(101), bench.bearer()).status).toBe(414);
    bench.controls.setLimits({ urlBytes: 0 });
    expect(bench.send('GET', longer(20_000), bench.bearer()).status).toBe(404);
  });
});

describe('denied services', () => {
  it.each([
    [slbs, 'code', 403, '107.999401'],
    [slbs, 'empty', 200, '[]'],
    [`${slbs}?slbId=slb-1`, 'empty', 200, '[]'],
    [`${slbs}/slb-1`, 'empty', 403, '107.999401'],
    ['/ecs/?Action=ListServers&Format=json', 'code', 403, '101.999401'],
    [
      '/ecs/?Action=ListServers&Format=json',
      'empty',
      200,
      '"Code":"101.001008","Data":{"total":0,"servers":[]}',
    ],
    ['/ecs/?Action=StopServer&Format=json', 'empty', 403, '101.999401'],
  ] as const)('respond as configured: %s as %s → %i', (target, as, status, part) => {
    const bench = new Bench();
    bench.controls.setDenied({ services: ['slb', 'ecs'], as });
    const reply = bench.send('GET', target, bench.bearer());
    expect([reply.status, reply.body]).toEqual([status, expect.stringContaining(part)]);
    bench.controls.setDenied({ services: [] });
    expect(bench.send('GET', slbs, bench.bearer()).body).toContain('slb-1');
  });
});
