import { describe, expect, it } from '@jest/globals';
import { Secret } from '@k8s-ccm/cloud-http';
import { MockAgent } from 'undici';
import { accessKeyCredentials } from './auth/access-key-credentials.ts';
import type { Credentials } from './auth/credentials.ts';
import { tokenCredentials } from './auth/token-credentials.ts';
import type { InspurClient } from './inspur-client.ts';
import { scriptedCloud } from './testing/scripted-cloud.ts';
import { failureOf } from './testing/vpc-cloud.ts';

const accessKey = accessKeyCredentials({ id: 'ak-1', secret: new Secret('secret-key') });
const token = tokenCredentials({ token: new Secret('secret-token') });
const slb = async ({ slb: api }: InspurClient): Promise<unknown> =>
  await api.listListeners('slb-1');
const ecs = async ({ ecs: api }: InspurClient): Promise<unknown> => await api.listServers();

describe('an error text', () => {
  it.each<[string, Credentials, (client: InspurClient) => Promise<unknown>]>([
    ['a signed call to SLB', accessKey, slb],
    ['a call to SLB with a token', token, slb],
    ['a signed call to ECS', accessKey, ecs],
    ['a call to ECS with a token', token, ecs],
  ])(
    'is the same for each failure, even if the cloud echoes time and nonce: %s',
    async (...each) => {
      const [, credentials, call] = each;
      let ids = 0;
      const agent = new MockAgent();
      agent.disableNetConnect();
      agent
        .get('https://cloud.example')
        .intercept({ path: () => true, method: () => true })
        .reply(({ path, headers }) => {
          const { date, 'x-time': time, 'x-random': nonce } = Object(headers);
          const sent = new URL(path, 'https://cloud.example').searchParams;
          const words = [date, time, nonce, sent.get('Timestamp'), sent.get('Nonce')];
          ids += 1;
          const body = {
            code: '107.000400',
            message: words.join(' '),
            RequestId: `request-${ids}`,
          };
          return { statusCode: 400, data: JSON.stringify(body) };
        })
        .persist();
      const { client, clock } = scriptedCloud([], {
        credentials,
        dispatcher: agent,
        endpoints: { slb: 'https://cloud.example/slbs', ecs: 'https://cloud.example/' },
      });
      const first = await failureOf(call(client));
      await clock.sleep(90_000);
      const second = await failureOf(call(client));
      expect(String(second)).toBe(String(first));
      expect([first, second]).toMatchObject([
        { requestId: 'request-1' },
        { requestId: 'request-2' },
      ]);
    },
  );
});
