import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import type { Emulator, EmulatorOptions } from './emulator.ts';
import { startEmulator } from './emulator.ts';
import type { Fault } from './faults/fault.ts';

const seed = {
  slbs: [{ slbId: 'slb-1', businessIp: '10.0.0.1' }, { slbId: 'slb-2' }],
  listeners: [{ slbId: 'slb-1', listenerId: 'lst-1', protocol: 'TCP', port: 80 }],
  members: [
    { backendId: 'bk-1', listenerId: 'lst-1', serverId: 'i-1', port: 30080, serverIp: '10.1.0.1' },
  ],
} as const;

async function start(options: EmulatorOptions = {}): Promise<Emulator> {
  return startEmulator({ seed, ...options });
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function send(
  emulator: Emulator,
  method: string,
  path: string,
  body?: unknown,
  withToken = true,
): Promise<Answer> {
  const response = await fetch(
    path.startsWith('/_') ? emulator.url + path : emulator.slbUrl + path,
    {
      method,
      headers: withToken
        ? {
            authorization: `Bearer ${emulator.credentials.token}`,
            date: new Date(systemClock.now()).toUTCString(),
          }
        : {},
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    },
  );
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const listener = { listenerName: 'new', protocol: 'TCP', port: 443, forwardRule: 'RR' };

describe('an emulator over HTTP', () => {
  it('serves the token exchange and the APIs on one port', async () => {
    await using emulator = await start();
    const { url, clientId, clientSecret, requestedSubject } = emulator.credentials.keycloak;
    const exchanged = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        client_id: clientId,
        client_secret: clientSecret,
        request_token_type: 'urn:ietf:params:oauth:token-type:refresh_token',
        requested_subject: requestedSubject,
        audience: 'console',
      }),
    });
    expect(exchanged.status).toBe(200);
    const [, token] = /"access_token":"([^"]+)"/.exec(await exchanged.text()) ?? [];
    const headers = {
      authorization: `Bearer ${token}`,
      date: new Date(systemClock.now()).toUTCString(),
    };
    for (const base of [
      emulator.slbUrl,
      `${emulator.ecsUrl}?Action=ListServers`,
      `${emulator.vpcUrl}?Action=ListRoutes`,
    ]) {
      const response = await fetch(base, { headers });
      await response.text();
      expect(response.status).toBe(base === emulator.slbUrl ? 200 : 400);
    }
    expect(emulator.calls().calls.map(({ operation }) => operation)).toEqual([
      'GetToken',
      'ListLoadBalancers',
      'ListServers',
      'ListRoutes',
    ]);
  });

  it('responds with JSON and a request ID, and without a body for 204', async () => {
    await using emulator = await start();
    const got = await send(emulator, 'GET', '/slb-1/listeners/lst-1');
    expect(got.headers.get('content-type')).toBe('application/json');
    expect(got.headers.get('x-request-id')).toBe('emulator-1');
    expect(JSON.parse(got.text)).toMatchObject({ listenerId: 'lst-1', port: 80 });
    expect(await send(emulator, 'DELETE', '/slb-1/listeners/lst-1')).toMatchObject({
      status: 204,
      text: '',
    });
  });

  it('reads a body that is split within a character', async () => {
    await using emulator = await start();
    const body = Buffer.from(JSON.stringify({ slbName: 'née' }));
    const cut = body.indexOf(0xc3) + 1;
    const { hostname, port, pathname } = new URL(emulator.slbUrl);
    const socket = connect(Number(port), hostname);
    const date = new Date(systemClock.now()).toUTCString();
    socket.write(
      `PUT ${pathname}/slb-1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nDate: ${date}\r\n` +
        `Authorization: Bearer ${emulator.credentials.token}\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    socket.write(body.subarray(0, cut), () => socket.write(body.subarray(cut)));
    const chunks: Buffer[] = await socket.toArray();
    expect(Buffer.concat(chunks).toString()).toContain('HTTP/1.1 200');
    expect(emulator.state().slbs[0]).toMatchObject({ slbName: 'née' });
  });

  it('notifies listeners of a call after its operation and before its response, until they unsubscribe', async () => {
    await using emulator = await start();
    const seen: string[] = [];
    const end = emulator.onCall(({ operation, status }) => {
      seen.push(`${operation} ${status}: ${emulator.state().listeners.length} listeners`);
    });
    await send(emulator, 'POST', '/slb-1/listeners/', listener);
    await send(emulator, 'POST', '/slb-1/listeners/', listener);
    end();
    await send(emulator, 'GET', '/slb-1/listeners');
    expect(seen).toEqual(['CreateListener 200: 2 listeners', 'CreateListener 400: 2 listeners']);
  });

  it('releases its port and closes open connections when it is closed, once or twice', async () => {
    const emulator = await start();
    const { hostname, port } = new URL(emulator.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    await emulator.close();
    await emulator.close();
    await closed;
    await using again = await start({ port: Number(port) });
    expect(again.url).toBe(emulator.url);
    await expect(start({ port: Number(port) })).rejects.toThrow('EADDRINUSE');
  });

  it('refuses an inconsistent seed', async () => {
    const listeners = [{ slbId: 'slb-9', listenerId: 'x', protocol: 'TCP', port: 80 }] as const;
    await expect(startEmulator({ seed: { listeners } })).rejects.toThrow(
      'listeners.0.slbId: "slb-9" does not exist',
    );
  });
});

describe('the control API', () => {
  it('returns the state that was set, in a fixed order', async () => {
    await using emulator = await start();
    const { text } = await send(emulator, 'GET', '/_emulator/state', undefined, false);
    expect(Object.keys(Object(JSON.parse(text)))).toEqual([
      'slbs',
      'listeners',
      'members',
      'servers',
      'eips',
      'routes',
      'routeTables',
    ]);
    expect((await send(emulator, 'PUT', '/_emulator/state', { slbs: [] }, false)).status).toBe(200);
    expect(emulator.state()).toEqual({
      slbs: [],
      listeners: [],
      members: [],
      servers: [],
      eips: [],
      routes: [],
      routeTables: [],
    });
    expect((await send(emulator, 'PUT', '/_emulator/state', text, false)).text).toBe(
      '{"slbs":2,"listeners":1,"members":1,"servers":0,"eips":0,"routes":0,"routeTables":0}\n',
    );
    expect((await send(emulator, 'GET', '/_emulator/state', undefined, false)).text).toBe(text);
  });

  it('adds and changes objects by ID, and keeps omitted fields', async () => {
    await using emulator = await start();
    const patch = {
      slbs: [{ slbId: 'slb-1', state: 'error' }, { slbId: 'slb-0' }],
      members: [{ backendId: 'bk-1', weight: 3 }],
      servers: [{ serverId: 'i-1', note: 'kept' }],
    };
    expect((await send(emulator, 'PATCH', '/_emulator/state', patch, false)).status).toBe(200);
    expect(emulator.state()).toMatchObject({
      slbs: [
        { slbId: 'slb-0' },
        { slbId: 'slb-1', state: 'error', businessIp: '10.0.0.1', listenerCount: 1 },
        { slbId: 'slb-2' },
      ],
      listeners: [{ listenerId: 'lst-1' }],
      members: [{ backendId: 'bk-1', weight: 3, serverIp: '10.1.0.1' }],
      servers: [{ serverId: 'i-1', status: 'active', note: 'kept' }],
    });
  });

  it('returns pages of the call log', async () => {
    await using emulator = await start();
    await send(emulator, 'GET', '');
    await send(emulator, 'GET', '/slb-1/listeners');
    const { text } = await send(emulator, 'GET', '/_emulator/calls?since=1', undefined, false);
    expect(JSON.parse(text)).toEqual({
      next: 2,
      calls: [
        {
          n: 2,
          at: expect.any(Number),
          method: 'GET',
          path: '/regionsvc-cn-north-3/slb/v1/slbs/slb-1/listeners',
          operation: 'ListListeners',
          requestId: '',
          status: 200,
          credential: 'token',
        },
      ],
    });
  });

  it('responds to a URL that is too long with 414, even beyond the 16 KiB of a default Node.js server', async () => {
    await using emulator = await start();
    expect((await send(emulator, 'GET', `?slbId=${'x'.repeat(20_000)}`)).status).toBe(414);
  });

  it('applies limits and member rules from the start', async () => {
    await using emulator = await start({
      limits: { urlBytes: 1000 },
      memberRules: { unique: 'server' },
    });
    const member = { serverId: 'i-1', port: 30081, serverIp: '10.1.0.9' };
    const { text } = await send(emulator, 'POST', '/slb-1/listeners/lst-1/members', [member]);
    expect(JSON.parse(text)).toMatchObject({ code: '107.103500' });
    expect((await send(emulator, 'GET', `?slbId=${'x'.repeat(1000)}`)).status).toBe(414);
  });

  it('returns the current settings', async () => {
    await using emulator = await start({ latency: { ms: 1 } });
    const put = async (control: string, value: unknown): Promise<void> => {
      await send(emulator, 'PUT', `/_emulator/${control}`, value, false);
      const { text } = await send(emulator, 'GET', `/_emulator/${control}`, undefined, false);
      expect(JSON.parse(text)).toEqual(value);
    };
    await put('faults', [{ operation: 'GetListener', status: 500, times: 1 }]);
    await put('latency', { ms: 2, jitterMs: 1 });
    await put('limits', { callsPerSecond: 9, burst: 3, urlBytes: 4096 });
    await put('member-rules', { unique: 'address', perListener: 2, perSlb: 3 });
    await put('denied', { services: ['ecs'], as: 'empty' });
    await put('hidden', { serverIds: ['i-1'] });
    expect(emulator.faults()).toHaveLength(1);
    expect(emulator.latency()).toEqual({ ms: 2, jitterMs: 1 });
    expect(emulator.hidden()).toEqual(['i-1']);
  });
});

/** Returns which of 40 calls a fault with probability 0.5 affects. */
async function chances(randomSeed: number): Promise<string> {
  await using emulator = await start({ randomSeed });
  emulator.setFaults([{ probability: 0.5, status: 500 }]);
  let statuses = '';
  for (let index = 0; index < 40; index += 1) {
    statuses += (await send(emulator, 'GET', '')).status === 500 ? 'x' : '.';
  }
  return statuses;
}

describe('faults', () => {
  interface Outcome {
    readonly status?: number;
    readonly text?: string;
    readonly headers?: Headers;
    readonly error?: unknown;
  }
  const create = async (fault: Fault) => {
    const emulator = await start();
    await send(emulator, 'PUT', '/_emulator/faults', [fault], false);
    const answer: Outcome = await send(emulator, 'POST', '/slb-1/listeners/', listener).catch(
      (error: unknown) => ({
        error,
      }),
    );
    const [call] = emulator.calls().calls;
    await emulator.close();
    return { answer, call, listeners: emulator.state().listeners.length };
  };

  it.each([
    ['a status', { status: 503 }, 503, '107.999500', 1],
    ['a status with its own code', { status: 401 }, 401, '107.999401', 1],
    ['a code with its default status', { code: '107.003500' }, 400, '107.003500', 1],
    ['a "not found" code', { code: '107.002404' }, 404, '107.002404', 1],
    ['a code in a successful response', { status: 200, code: '107.002500' }, 200, '107.002500', 1],
  ])(
    'respond with %s instead of performing the operation',
    async (_case, fault, status, code, listeners) => {
      const result = await create(fault);
      expect(result).toMatchObject({
        answer: { status },
        call: { status, operation: 'CreateListener' },
        listeners,
      });
      expect(JSON.parse(result.answer.text ?? '')).toMatchObject({ code });
    },
  );

  it('respond with 429 and the seconds to wait', async () => {
    const { answer } = await create({ status: 429, retryAfter: 3 });
    expect(answer.headers?.get('retry-after')).toBe('3');
  });

  it.each([
    [{ body: '<html>bad gateway</html>', status: 502 }, 502, 'text/html', 1],
    [{ body: '<html>welcome</html>' }, 200, 'text/html', 2],
    [{ body: '{"port":' }, 200, 'application/json', 2],
  ])('respond with raw text: %j', async (fault, status, contentType, listeners) => {
    const result = await create(fault);
    expect(result).toMatchObject({ answer: { status, text: fault.body }, listeners });
    expect(result.answer.headers?.get('content-type')).toBe(contentType);
  });

  it('change values of a response after the operation', async () => {
    const { answer, listeners } = await create({
      mutate: { port: '443', listenerName: { $omit: true } },
    });
    const body: unknown = JSON.parse(answer.text ?? '');
    expect(body).toMatchObject({ port: '443', protocol: 'TCP' });
    expect(body).not.toHaveProperty('listenerName');
    expect(listeners).toBe(2);
  });

  it.each([
    ['before the operation', { reset: 'before' }, 1, ''],
    ['after the operation', { reset: 'after' }, 2, 'token'],
  ] as const)('reset the connection %s', async (_case, fault, listeners, credential) => {
    const result = await create(fault);
    expect(result).toMatchObject({ listeners, call: { status: 0, credential } });
    expect(result.answer).toHaveProperty('error.cause.code', 'ECONNRESET');
  });

  it.each([true, 10, 0])('truncate the body (%s) after the operation', async (truncate) => {
    const result = await create({ truncate });
    expect(result.listeners).toBe(2);
    expect(result.answer).toHaveProperty(
      'error.message',
      expect.stringMatching(/terminated|fetch failed/),
    );
  });

  it.each([
    [{ operation: 'GetListener' }, [500, 200, 200]],
    [{ method: 'DELETE' }, [200, 200, 500]],
    [{ path: 'listeners$' }, [200, 500, 200]],
    [{ path: 'slbs/slb-1/' }, [500, 500, 200]],
    [{ path: 'backendIdList=' }, [200, 200, 500]],
    [{ operation: 'GetListener', method: 'DELETE' }, [200, 200, 200]],
    [{ times: 1 }, [500, 200, 200]],
    [{ after: 1 }, [200, 500, 500]],
    [{ after: 1, times: 1 }, [200, 500, 200]],
    [{ probability: 0 }, [200, 200, 200]],
  ])('affect the calls that %j selects', async (fault, expected) => {
    await using emulator = await start();
    emulator.patchState({
      listeners: [{ slbId: 'slb-2', listenerId: 'lst-2', protocol: 'TCP', port: 80 }],
      members: [
        { backendId: 'bk-2', listenerId: 'lst-2', serverId: 'i-1', port: 1, serverIp: '10.1.0.1' },
      ],
    });
    emulator.setFaults([{ ...fault, status: 500 }]);
    const statuses = [
      await send(emulator, 'GET', '/slb-1/listeners/lst-1'),
      await send(emulator, 'GET', '/slb-1/listeners'),
      await send(
        emulator,
        'DELETE',
        '/slb-2/listeners/lst-2/members?backendIdList=%5B%22bk-2%22%5D',
      ),
    ].map(({ status }) => status);
    expect(statuses).toEqual(expected);
  });

  it('affect the same calls for the same random seed', async () => {
    const first = await chances(3);
    expect(first).toMatch(/x.*\.|\..*x/);
    expect(await chances(3)).toBe(first);
    expect(await chances(4)).not.toBe(first);
  });

  it('never affect the control API', async () => {
    await using emulator = await start();
    emulator.setFaults([{ status: 500 }]);
    emulator.setLimits({ callsPerSecond: 0.001 });
    for (let index = 0; index < 3; index += 1) {
      expect((await send(emulator, 'GET', '/_emulator/state', undefined, false)).status).toBe(200);
    }
  });
});

/** A clock on which all waits end immediately and are recorded. */
function recordingClock(waits: number[]): Clock {
  return {
    now: () => systemClock.now(),
    timer: (ms, callback) => {
      waits.push(ms);
      return systemClock.timer(0, callback);
    },
  };
}

describe('latency', () => {
  it('delays every response, in addition to faults, after the operation', async () => {
    const waits: number[] = [];
    await using emulator = await start({ latency: { ms: 20 }, clock: recordingClock(waits) });
    await send(emulator, 'GET', '');
    emulator.setFaults([{ operation: 'GetListener', delayMs: 1000 }]);
    await send(emulator, 'GET', '/slb-1/listeners/lst-1');
    emulator.setLatency({});
    await send(emulator, 'GET', '');
    expect(waits).toEqual([20, 1020]);
  });

  it('varies randomly within the jitter', async () => {
    const waits: number[] = [];
    await using emulator = await start({
      latency: { ms: 20, jitterMs: 5 },
      clock: recordingClock(waits),
    });
    for (let index = 0; index < 20; index += 1) await send(emulator, 'GET', '');
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(15);
    expect(Math.max(...waits)).toBeLessThanOrEqual(25);
    expect(new Set(waits).size).toBeGreaterThan(15);
  });

  it('performs the operation even if the client disconnects, which ends the delay', async () => {
    const gone = new AbortController();
    const cancelled = Promise.withResolvers<void>();
    const waiting: Clock = {
      now: () => systemClock.now(),
      timer: () => {
        gone.abort();
        return { cancel: () => cancelled.resolve() };
      },
    };
    await using emulator = await start({ latency: { ms: 60_000 }, clock: waiting });
    const call = fetch(`${emulator.slbUrl}/slb-1/listeners/lst-1`, {
      method: 'DELETE',
      signal: gone.signal,
      headers: {
        authorization: `Bearer ${emulator.credentials.token}`,
        date: new Date(systemClock.now()).toUTCString(),
      },
    });
    await expect(call).rejects.toThrow('aborted');
    await cancelled.promise;
    expect(emulator.state().listeners).toEqual([]);
  });

  it('delays responses in real time', async () => {
    await using emulator = await start({ latency: { ms: 50 } });
    const before = systemClock.now();
    await send(emulator, 'GET', '');
    expect(systemClock.now() - before).toBeGreaterThanOrEqual(45);
  });
});
