import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';

/** A request to a component of the control plane. */
export interface ComponentRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  /** PEM; needed for https. */
  readonly ca?: string;
  readonly token?: string;
  /** Sent as JSON. */
  readonly body?: object;
  /** Default 5000. */
  readonly timeoutMs?: number;
}

/** The answer, whatever its status. */
export interface ComponentAnswer {
  readonly status: number;
  readonly body: string;
}

/** Asks a component, each time on a connection of its own. @throws Error where nobody answers */
export async function ask(request: ComponentRequest): Promise<ComponentAnswer> {
  const { url, method = 'GET', ca, token, body, timeoutMs = 5000 } = request;
  const send = url.startsWith('https:') ? requestHttps : requestHttp;
  const { promise, resolve, reject } = Promise.withResolvers<ComponentAnswer>();
  const sent = send(url, {
    method,
    agent: false,
    timeout: timeoutMs,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(ca === undefined ? {} : { ca }),
  });
  sent.on('response', (response) => {
    text(response).then(
      (answer) => resolve({ status: response.statusCode ?? 0, body: answer }),
      reject,
    );
  });
  sent.on('timeout', () => sent.destroy(new Error(`${url} did not answer in ${timeoutMs} ms`)));
  sent.on('error', reject);
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}
