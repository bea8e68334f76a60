import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { findCloudApiError, Secret } from '@k8s-ccm/cloud-http';
import type { SecretSource } from '@k8s-ccm/cloud-http';
import { MockAgent } from 'undici';
import { isUnauthorized } from '../slb/slb-error-predicates.ts';
import { memberSpec, wireListener } from '../testing/samples.ts';
import { scriptedCloud } from '../testing/scripted-cloud.ts';
import { accessKeyCredentials, accessKeyHeaders } from './access-key-credentials.ts';
import type { Credentials } from './credentials.ts';
import { keycloakCredentials } from './keycloak-credentials.ts';
import { tokenCredentials } from './token-credentials.ts';

describe('accessKeyHeaders', () => {
  const signing = { id: 'ak-1', secret: new Secret('sk'), now: 1_700_000_000_000 };

  // The expected signatures were computed with openssl from the text in the comment above each.
  it('sign path and body', () => {
    // POST\n1700000000000n-1sk\n/slb/v1/slbs/slb-1/listeners/\nbb6cb5c68df4652941caf652a366f2d8
    const headers = accessKeyHeaders(
      {
        method: 'POST',
        url: new URL('https://cloud.example/slb/v1/slbs/slb-1/listeners/'),
        query: {},
        form: {},
        body: '{"a":1}',
      },
      { ...signing, nonce: 'n-1' },
    );
    expect(headers).toEqual({
      'x-secret-id': 'ak-1',
      'x-sign-algorithm': 'sha256',
      'x-time': '1700000000000',
      'x-random': 'n-1',
      'x-sign':
        'MWJmZWE2ZDliYjdmOTdiN2Y5MzRiNjUwN2U3ZDIyMzhkMjU3OGVmYjU0ZDAyNGYzYTk4N2VlYzYyMTI1NjQ5ZA==',
    });
  });

  it('sign all parameters, sorted and not encoded, and the empty body', () => {
    // DELETE\n1700000000000n-2sk\n/slbs?a=1&backendIdList=["id 1","id2"]\nd41d8cd98f00b204e9800998ecf8427e
    const headers = accessKeyHeaders(
      {
        method: 'DELETE',
        url: new URL('https://cloud.example/slbs'),
        query: { backendIdList: '["id 1","id2"]' },
        form: { a: '1' },
      },
      { ...signing, nonce: 'n-2' },
    );
    expect(headers['x-sign']).toBe(
      'MzEyNDBkYzhmZDBlMzg2MWJjMWEzOGFlM2U3OWQ0ZTIwN2ZiODEwY2NmZWRiY2M3NzY1YjBmNGVhZWE1NGM5MA==',
    );
  });
});

const unset = new Secret('unset');

describe('accessKeyCredentials', () => {
  it('sends a new nonce with each attempt', async () => {
    const credentials = accessKeyCredentials({ id: 'ak-1', secret: new Secret('sk-secret') });
    const { sent, slb } = scriptedCloud([{ status: 503 }, { status: 503 }, { body: [] }], {
      credentials,
    });
    await slb.listListeners('slb-1');
    expect(new Set(sent.map(({ headers }) => headers['x-random'])).size).toBe(3);
    expect(new Set(sent.map(({ headers }) => headers['x-sign'])).size).toBe(3);
    expect(JSON.stringify(sent)).not.toContain('sk-secret');
  });

  it('signs with the current secret', async () => {
    const secrets = ['first', 'second'].map((value) => new Secret(value));
    const left = [...secrets];
    const credentials = accessKeyCredentials({ id: 'ak-1', secret: () => left.shift() ?? unset });
    const { sent, slb } = scriptedCloud([{ body: [] }, { body: [] }], { credentials });
    await slb.listListeners('slb-1');
    await slb.listListeners('slb-1');
    const url = new URL('https://cloud.example/slb/v1/slbs/slb-1/listeners');
    const request = { method: 'GET', url, query: {}, form: {} };
    expect(sent.map(({ headers }) => headers['x-sign'])).toEqual(
      sent.map(({ headers }, index) => {
        const nonce = String(headers['x-random']);
        const now = Number(headers['x-time']);
        const secret = secrets[index] ?? unset;
        return accessKeyHeaders(request, { id: 'ak-1', secret, now, nonce })['x-sign'];
      }),
    );
  });
});

describe('tokenCredentials', () => {
  it('sends the token and the date', async () => {
    const { sent, slb } = scriptedCloud([{ body: [] }]);
    await slb.listListeners('slb-1');
    expect(sent[0]?.headers).toMatchObject({
      authorization: 'Bearer token-1',
      date: 'Tue, 14 Nov 2023 22:13:20 GMT',
    });
  });

  it('uses a rotated token, also for the retry after a 401', async () => {
    const tokens = ['stale'];
    const credentials = tokenCredentials({ token: () => new Secret(tokens.shift() ?? 'fresh') });
    const { sent, slb } = scriptedCloud([{ status: 401 }, { body: [] }], { credentials });
    await slb.listListeners('slb-1');
    expect(sent.map(({ headers }) => headers['authorization'])).toEqual([
      'Bearer stale',
      'Bearer fresh',
    ]);
  });

  it('does not resend a refused token that cannot change', async () => {
    const { sent, slb } = scriptedCloud([{ status: 401 }, { body: [] }]);
    const error: unknown = await slb.listListeners('slb-1').catch((e: unknown) => e);
    expect(isUnauthorized(error)).toBe(true);
    expect(sent).toHaveLength(1);
  });
});

/** Returns a client of a cloud that responds with a status, and counts its calls. */
function refusing(status: () => number, credentials: Credentials) {
  const calls = { token: 0, api: 0 };
  const agent = new MockAgent();
  agent.disableNetConnect();
  agent
    .get('https://cloud.example')
    .intercept({ path: () => true, method: () => true })
    .reply(({ path }) => {
      const isToken = path.startsWith('/auth');
      calls[isToken ? 'token' : 'api'] += 1;
      const { body } = token(`t-${calls.token}`, 3600);
      const code = isToken ? 200 : status();
      return { statusCode: code, data: JSON.stringify(isToken ? body : []) };
    })
    .persist();
  const { clock, slb } = scriptedCloud([], { credentials, dispatcher: agent });
  const rounds = async (count: number): Promise<void> => {
    for (let round = 0; round < count; round += 1) {
      await slb.listListeners('slb-1').catch(() => undefined);
      await clock.sleep(5000);
    }
  };
  return { calls, rounds };
}

describe('a cloud that refuses every token', () => {
  it('does not cause a token request every five seconds', async () => {
    const { calls, rounds } = refusing(() => 401, keycloak());
    await rounds(120);
    expect(calls.token).toBeLessThan(15);
    // Each new token is tried immediately; otherwise, each call is made once.
    expect(calls.api).toBeLessThan(120 + calls.token);
  });

  it('receives a new token immediately if it accepted the last one', async () => {
    let status = 401;
    const { calls, rounds } = refusing(() => status, keycloak());
    await rounds(120);
    status = 200;
    await rounds(1);
    const before = calls.token;
    status = 401;
    await rounds(1);
    expect(calls.token).toBe(before + 1);
  });

  it('does not receive the same token from a file twice in one call', async () => {
    const credentials = tokenCredentials({ token: () => new Secret('the same') });
    const { calls, rounds } = refusing(() => 401, credentials);
    await rounds(10);
    expect(calls.api).toBe(10);
  });
});

const keycloak = (clientSecret: SecretSource = new Secret('client-secret-1')) =>
  keycloakCredentials({
    url: 'https://cloud.example/auth/token',
    clientId: 'ccm',
    clientSecret,
    requestedSubject: 'user-1',
  });
const token = (value: string, expiresIn = 300) => ({
  body: {
    access_token: value,
    expires_in: expiresIn,
    refresh_expires_in: 1800,
    refresh_token: 'r',
    token_type: 'bearer',
    'not-before-policy': 0,
    session_state: 's',
  },
});

describe('keycloakCredentials', () => {
  it('exchange the secret for a token, with exactly the documented fields', async () => {
    const { sent, slb } = scriptedCloud([token('t-1'), { body: [] }], { credentials: keycloak() });
    await slb.listListeners('slb-1');
    expect(sent[0]?.call).toBe('POST /auth/token');
    expect(sent[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(Object.fromEntries(new URLSearchParams(String(sent[0]?.body)))).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      client_id: 'ccm',
      client_secret: 'client-secret-1',
      request_token_type: 'urn:ietf:params:oauth:token-type:refresh_token',
      requested_subject: 'user-1',
      audience: 'console',
    });
    expect(sent[1]?.headers).toMatchObject({ authorization: 'Bearer t-1' });
  });

  it('request one token for many calls', async () => {
    const { sent, slb } = scriptedCloud(
      [token('t-1'), ...Array.from({ length: 10 }, () => ({ body: [] }))],
      { credentials: keycloak() },
    );
    await Promise.all(Array.from({ length: 10 }, () => slb.listListeners('slb-1')));
    expect(sent.filter(({ call }) => call === 'POST /auth/token')).toHaveLength(1);
  });

  it('refresh the token once after a 401, even for a creation', async () => {
    const { agent, sent, slb } = scriptedCloud(
      [token('t-1'), { status: 401 }, token('t-2'), { body: wireListener }],
      { credentials: keycloak() },
    );
    await slb.members.add('slb-1', 'listener-1', [memberSpec]);
    expect(sent.map(({ headers }) => headers['authorization'])).toEqual([
      undefined,
      'Bearer t-1',
      undefined,
      'Bearer t-2',
    ]);
    agent.assertNoPendingInterceptors();
  });

  it('refresh the token if the code of the response requires it', async () => {
    const refused = { status: 400, body: { code: '107.999401', message: 'unauthorized' } };
    const { agent, slb } = scriptedCloud([token('t-1'), refused, token('t-2'), { body: [] }], {
      credentials: keycloak(),
    });
    expect(await slb.listListeners('slb-1')).toEqual([]);
    agent.assertNoPendingInterceptors();
  });

  it('request a token immediately after a failure if their secret was renewed', async () => {
    let secret = new Secret('old');
    const { sent, slb } = scriptedCloud(
      [{ status: 401, body: { error: 'unauthorized_client' } }, token('t-1'), { body: [] }],
      { credentials: keycloak(() => secret) },
    );
    await expect(slb.listListeners('slb-1')).rejects.toThrow('unauthorized_client');
    await expect(slb.listListeners('slb-1')).rejects.toThrow('unauthorized_client');
    expect(sent).toHaveLength(1);
    secret = new Secret('new');
    await slb.listListeners('slb-1');
    const secrets = sent.map(({ body }) => new URLSearchParams(String(body)).get('client_secret'));
    expect(secrets).toEqual(['old', 'new', null]);
  });

  it('keep a valid token if an SLB belongs to another account', async () => {
    const notOurs = { status: 401, body: { code: '107.001401', message: 'not yours' } };
    const { sent, slb } = scriptedCloud([token('t-1'), notOurs, { body: [] }], {
      credentials: keycloak(),
    });
    await expect(slb.listListeners('slb-1')).rejects.toThrow('not yours');
    await slb.listListeners('slb-2');
    expect(sent.filter(({ call }) => call === 'POST /auth/token')).toHaveLength(1);
  });

  it('retry the exchange if that may help', async () => {
    const { slb, agent } = scriptedCloud(
      [{ break: 'ECONNRESET' }, { status: 503 }, token('t-1'), { body: [] }],
      { credentials: keycloak() },
    );
    expect(await slb.listListeners('slb-1')).toEqual([]);
    agent.assertNoPendingInterceptors();
  });

  it('report who refused the exchange and why, without the secret', async () => {
    const body = {
      error: 'invalid_client',
      error_description: 'bad secret client-secret-1 for ccm',
    };
    const { sent, slb } = scriptedCloud([{ status: 401, body }], { credentials: keycloak() });
    const error: unknown = await slb.listListeners('slb-1').catch((e: unknown) => e);
    expect(isUnauthorized(error)).toBe(true);
    expect(findCloudApiError(error)).toMatchObject({
      operation: 'ExchangeToken',
      message:
        'ExchangeToken: cloud.example answered 401, code invalid_client: bad secret [redacted] for ccm',
    });
    expect(inspect(error, { depth: 9 })).not.toContain('client-secret-1');
    expect(sent).toHaveLength(1);
  });

  it('quote nothing of an unreadable response', async () => {
    const body = { access_token: { value: 'precious' }, expires_in: 'precious' };
    const { slb } = scriptedCloud([{ body }], { credentials: keycloak() });
    const error: unknown = await slb.listListeners('slb-1').catch((e: unknown) => e);
    expect(String(error)).toContain('token.access_token: expected string, got object');
    expect(inspect(error, { depth: 9 })).not.toContain('precious');
  });
});
