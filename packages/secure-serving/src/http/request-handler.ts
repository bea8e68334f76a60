import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '@k8s-ccm/foundation';
import { identify } from '../authentication/authenticator.ts';
import type { Authenticator, ShownCredentials } from '../authentication/authenticator.ts';
import type { Authorizer } from '../authorization/authorizer.ts';
import { TooManyQuestionsError } from '../limits/answer-cache.ts';
import { BodyTooLargeError } from './endpoint.ts';
import type { Answer, Endpoint, EndpointRequest, Router } from './endpoint.ts';
import { shownCredentials } from './shown-credentials.ts';
import {
  forbidden,
  internalError,
  statusAnswer,
  tooManyRequests,
  unauthorized,
} from './status-answer.ts';

/** Dependencies of {@link handle}. */
export interface RequestHandlerOptions {
  readonly router: Router;
  readonly authenticators: readonly Authenticator[];
  readonly authorizer: Authorizer;
  readonly log: Logger;
}

/** The part of a request that decides on access. */
export interface AskedFor {
  readonly method: string;
  readonly path: string;
  readonly shown: ShownCredentials;
}

/**
 * Returns the endpoint of a request, or a refusal. Only authorized clients learn whether a path exists and which
 * methods it allows. A path that does not require authorization is served without the API server, because
 * liveness must not depend on it.
 */
export async function admit(
  options: RequestHandlerOptions,
  request: AskedFor,
): Promise<{ readonly endpoint: Endpoint } | { readonly refusal: Answer }> {
  const { router, authorizer } = options;
  const { method, path } = request;
  const refusal = authorizer.isOpen(path) ? undefined : await refusalOf(options, request);
  if (refusal !== undefined) return { refusal };
  const endpoint = router(path);
  if (endpoint === undefined) return { refusal: { status: 404, body: '404 page not found\n' } };
  return endpoint.methods.includes(method) ? { endpoint } : { refusal: methodNotAllowed(endpoint) };
}

/** Returns the refusal of a request that is not authenticated or not authorized, or `undefined`. */
async function refusalOf(
  { authenticators, authorizer, log }: RequestHandlerOptions,
  { method, path, shown }: AskedFor,
): Promise<Answer | undefined> {
  const identity = await identify(authenticators, shown);
  if (identity.kind === 'refused') {
    log.debug('credentials refused', { path, reasons: identity.reasons });
    return unauthorized();
  }
  const access = { user: identity.user, path, verb: method.toLowerCase(), source: shown.source };
  if (await authorizer.mayAccess(access)) return undefined;
  return identity.isAnonymous ? unauthorized() : forbidden(access);
}

function methodNotAllowed({ methods }: Endpoint): Answer {
  return statusAnswer(405, 'MethodNotAllowed', 'method not allowed', {
    allow: methods.join(', '),
  });
}

/** A request and its response. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The source of the client, see `ClientSources`. */
  readonly source: string;
}

/** Answers a request. Never rejects. */
export async function handle(
  options: RequestHandlerOptions,
  { request, response, source }: Exchange,
): Promise<void> {
  const { log } = options;
  const gone = new AbortController();
  response.once('close', () => gone.abort(new Error('the client went away')));
  // `URL` is not used because it rejects targets such as `//`, which any client can send.
  const [path = '', search = ''] = (request.url ?? '').split('?', 2);
  const { method = '' } = request;
  try {
    const shown = shownCredentials(request, source);
    const admitted = await admit(options, { method, path, shown });
    const answer =
      'refusal' in admitted
        ? admitted.refusal
        : await admitted.endpoint.answer({
            method,
            path,
            query: new URLSearchParams(search),
            body: (maxBytes) => bodyOf(request, maxBytes),
            signal: gone.signal,
          });
    send(response, answer);
  } catch (error) {
    if (error instanceof BodyTooLargeError) {
      send(response, {
        status: 413,
        body: 'the body is too large\n',
        headers: { connection: 'close' },
      });
    } else if (error instanceof TooManyQuestionsError) {
      log.debug('too many concurrent requests', { path, source, error });
      send(response, tooManyRequests());
    } else if (gone.signal.aborted) {
      log.debug('client disconnected before the response', { path });
    } else {
      log.error('request failed', { path, error });
      send(response, internalError());
    }
  }
}

function send(
  response: ServerResponse,
  { status, body, contentType = 'text/plain; charset=utf-8', headers = {} }: Answer,
): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...headers,
  });
  // Node.js omits the body of the response to HEAD.
  response.end(body);
}

async function bodyOf(
  request: IncomingMessage,
  maxBytes: number,
): ReturnType<EndpointRequest['body']> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes: Buffer = chunk;
    length += bytes.length;
    if (length > maxBytes) throw new BodyTooLargeError(`the body has more than ${maxBytes} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
