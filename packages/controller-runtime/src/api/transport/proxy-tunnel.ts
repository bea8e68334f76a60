import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';

/** Timeout for the proxy to connect, in milliseconds. */
const timeoutMs = 10_000;

/**
 * Opens a connection to `target` through an HTTP proxy (CONNECT).
 *
 * @param proxyUrl `http://` or `https://`, with `user:password@` if the proxy requires it
 * @param target host and port, for example `10.0.0.1:6443`
 * @throws Error that names the proxy and the target
 */
export async function openTunnel(proxyUrl: string, target: string): Promise<Socket> {
  const proxy = new URL(proxyUrl);
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const fail = (problem: string, cause?: unknown): void =>
    reject(new Error(`proxy ${proxy.host} does not connect to ${target}: ${problem}`, { cause }));
  const send = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
  const request = send({
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
    method: 'CONNECT',
    path: target,
    headers: { host: target, ...authorization(proxy) },
    agent: false,
    timeout: timeoutMs,
  });
  request.on('connect', ({ statusCode = 0 }, socket: Socket) => {
    if (statusCode === 200) {
      resolve(socket);
      return;
    }
    socket.destroy();
    fail(`status ${statusCode}`);
  });
  request.on('response', ({ statusCode }) => fail(`status ${statusCode}`));
  request.on('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)));
  request.on('error', (error) => fail(error.message, error));
  request.end();
  return await promise;
}

function authorization({ username, password }: URL): { readonly 'proxy-authorization'?: string } {
  if (username === '' && password === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}
