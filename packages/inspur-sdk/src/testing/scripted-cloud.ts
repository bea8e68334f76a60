import type { Dispatcher } from 'undici';
import { MockAgent } from 'undici';
import { Secret } from '@k8s-ccm/cloud-http';
import { tokenCredentials } from '../auth/token-credentials.ts';
import { InspurClient } from '../inspur-client.ts';
import type { InspurClientOptions } from '../inspur-client.ts';
import { InstantClock } from './instant-clock.ts';

/** A response of the scripted cloud. */
export interface Reply {
  readonly status?: number;
  /** Sent as JSON, unless it is text. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Error code with which the connection breaks instead of a response. */
  readonly break?: string;
}

/** A request that the scripted cloud received. */
export interface SentRequest {
  readonly call: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** URL of the load balancers of the scripted cloud. */
export const slbs = 'https://cloud.example/slb/v1/slbs';

/** Returns a client whose cloud sends the given responses in order, whatever it receives. */
export function scriptedCloud(
  replies: readonly Reply[],
  options: Partial<InspurClientOptions> = {},
) {
  const agent = new MockAgent();
  agent.disableNetConnect();
  const sent: SentRequest[] = [];
  for (const reply of replies) {
    const scope = agent
      .get('https://cloud.example')
      .intercept({ path: () => true, method: () => true });
    if (reply.break !== undefined) {
      scope.replyWithError(Object.assign(new Error(reply.break), { code: reply.break }));
      continue;
    }
    scope.reply((request) => {
      sent.push(describe(request));
      const { body = '', headers = {}, status = 200 } = reply;
      const data = typeof body === 'string' ? body : JSON.stringify(body);
      return { statusCode: status, data, responseOptions: { headers } };
    });
  }
  const clock = new InstantClock();
  const client = new InspurClient({
    region: 'cn-north-3',
    credentials: tokenCredentials({ token: new Secret('token-1') }),
    endpoints: { slb: slbs },
    dispatcher: agent,
    clock,
    random: { next: () => 0.5 },
    ...options,
  });
  return { agent, client, clock, sent, slb: client.slb };
}

function describe(request: {
  readonly path: string;
  readonly method: string;
  readonly body?: unknown;
  readonly headers?: unknown;
}): SentRequest {
  const url = new URL(request.path, 'https://cloud.example');
  const body = typeof request.body === 'string' && request.body !== '' ? request.body : undefined;
  const { headers } = request;
  return {
    call: `${request.method} ${url.pathname.replace('/slb/v1/slbs', '{slbs}')}`,
    query: Object.fromEntries(url.searchParams),
    body: body?.startsWith('{') || body?.startsWith('[') ? (JSON.parse(body) as unknown) : body,
    headers: typeof headers === 'object' && headers !== null ? { ...headers } : {},
  };
}

/** Returns a dispatcher that fails the test if it is used. */
export function noNetwork(): Dispatcher {
  const agent = new MockAgent();
  agent.disableNetConnect();
  return agent;
}
