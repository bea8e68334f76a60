import { inspect } from 'node:util';
import { runs } from '@k8s-ccm/foundation/testing';
import { describe, expect, it } from '@jest/globals';
import { CloudError, Secret } from '@k8s-ccm/cloud-http';
import * as fc from 'fast-check';
import { MockAgent } from 'undici';
import { accessKeyCredentials } from './auth/access-key-credentials.ts';
import type { Credentials } from './auth/credentials.ts';
import { keycloakCredentials } from './auth/keycloak-credentials.ts';
import { tokenCredentials } from './auth/token-credentials.ts';
import { scriptedCloud } from './testing/scripted-cloud.ts';
import { failureOf } from './testing/vpc-cloud.ts';

const secret = `s3cr3t/${'aGVsbG8+d29ybGQ'.repeat(50)}+"&=end`;
const keycloak = keycloakCredentials({
  url: 'https://cloud.example/auth/token',
  clientId: 'ccm',
  clientSecret: new Secret(secret),
  requestedSubject: 'user-1',
});
const clientOfToken = keycloakCredentials({
  url: 'https://cloud.example/auth/token',
  clientId: 'ccm',
  clientSecret: new Secret('another-secret'),
  requestedSubject: 'user-1',
});

/** A request, as the cloud received it. */
interface Got {
  readonly path: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

interface Kind {
  readonly credentials: Credentials;
  /** Returns the cloud's response; `said` inserts a text at the tested place. */
  readonly answer: (got: Got, said: (text: string) => string) => object;
  /** Returns the secret of the last request. */
  readonly hidden: (got: Got) => string;
}

const sign = ({ headers }: Got): string => String(headers['x-sign']);
const issues = { access_token: secret, expires_in: 300 };

const kinds: Readonly<Record<string, Kind>> = {
  'a bearer token': {
    credentials: tokenCredentials({ token: new Secret(secret) }),
    answer: ({ headers }, said) => ({ message: said(String(headers['authorization'])) }),
    hidden: () => secret,
  },
  "an access key's secret": {
    credentials: accessKeyCredentials({ id: 'ak-1', secret: new Secret(secret) }),
    answer: (_got, said) => ({ message: said(`GET\n1700000000000nonce${secret}\n/slbs`) }),
    hidden: () => secret,
  },
  'a signature': {
    credentials: accessKeyCredentials({ id: 'ak-1', secret: new Secret(secret) }),
    answer: (got, said) => ({ message: said(sign(got)) }),
    hidden: sign,
  },
  'a client secret': {
    credentials: keycloak,
    answer: ({ body }, said) => ({ error: 'invalid', error_description: said(body) }),
    hidden: () => secret,
  },
  'an issued token': {
    credentials: clientOfToken,
    answer: ({ path, headers }, said) =>
      path.startsWith('/auth') ? issues : { message: said(String(headers['authorization'])) },
    hidden: () => secret,
  },
  'a refresh token in an answer': {
    credentials: clientOfToken,
    answer: (_got, said) => ({ refresh_token: secret, error_description: said(secret) }),
    hidden: () => secret,
  },
};

/** Makes a call that fails, and returns everything that its error shows and the secret that it must not show. */
async function failingCall({ answer, credentials, hidden }: Kind, pad: number) {
  let got: Got = { path: '', body: '', headers: {} };
  const agent = new MockAgent();
  agent.disableNetConnect();
  agent
    .get('https://cloud.example')
    .intercept({ path: () => true, method: () => true })
    .reply(({ path, body, headers }) => {
      got = {
        path,
        body: typeof body === 'string' ? body : '',
        headers: Object.fromEntries(Object.entries(headers ?? {})),
      };
      const json = answer(got, (text) => `${'x'.repeat(pad)} ${text} and more`);
      return { statusCode: json === issues ? 200 : 400, data: JSON.stringify(json) };
    })
    .persist();
  const { slb } = scriptedCloud([], { credentials, dispatcher: agent });
  const error = await failureOf(slb.listListeners('slb-1'));
  expect(error).toBeInstanceOf(CloudError);
  const shown = `${String(error)} ${JSON.stringify(error)} ${inspect(error, { depth: 9 })}`;
  return { shown, hidden: hidden(got) };
}

function partsOf(text: string): readonly string[] {
  return Array.from({ length: Math.max(0, text.length - 7) }, (_, at) => text.slice(at, at + 8));
}

describe('an error reveals nothing, wherever its text is truncated, of', () => {
  it.each(Object.entries(kinds))('%s', async (_, kind) => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 520 }), async (pad) => {
        const { shown, hidden } = await failingCall(kind, pad);
        const parts = new Set([hidden, encodeURIComponent(hidden)].flatMap(partsOf));
        expect(partsOf(shown).filter((part) => parts.has(part))).toEqual([]);
      }),
      { numRuns: runs(60), examples: [[0], [490], [499], [500]] },
    );
  });
});
