import type { Dispatcher } from 'undici';
import { BodyTooLargeError, describeBody, parseBody, readBody } from '../answer/answer-body.ts';
import type { AnswerDialect, AnswerKind } from '../answer/answer-dialect.ts';
import { decode } from '../answer/decode.ts';
import type { CallOutcome, CloudError, CloudErrorFields } from '../answer/errors.ts';
import {
  CloudApiError,
  CloudDecodeError,
  CloudTimeoutError,
  CloudTransportError,
} from '../answer/errors.ts';
import { steadyText } from '../answer/steady-text.ts';
import type { Secret } from '../auth/secret.ts';
import { redact, secretsIn } from '../auth/secret.ts';
import type { OutgoingRequest, Signature, Signer } from '../auth/signer.ts';
import { parseRetryAfter } from '../time/backoff.ts';
import type { Clock } from '../time/clock.ts';
import type { Deadline } from '../time/deadline.ts';
import { startDeadline } from '../time/deadline.ts';
import type { CallGate } from '../transport/call-gate.ts';
import { explainTransportFailure } from '../transport/transport-failure.ts';
import type { CloudRequest } from './cloud-request.ts';
import { encodeParameters, urlText } from './url-text.ts';

/** Dependencies shared by all attempts of a client. */
export interface AttemptParts {
  readonly signer: Signer | undefined;
  readonly dialect: AnswerDialect;
  readonly dispatcher: Dispatcher;
  /** Called before the attempt starts and, if it fails, before its error is reported. */
  readonly mayCall: CallGate | undefined;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
  readonly userAgent: string;
  readonly correlationId: () => string | undefined;
  /** Returns the secrets sent to the proxy for a URL. */
  readonly proxySecrets: (url: string) => readonly Secret[];
}

/** State of the call to which an attempt belongs. */
export interface AttemptContext {
  /** Number of the attempt, starting from 1. */
  readonly number: number;
  /** Deadline of the whole call. */
  readonly deadline: Deadline;
  /** Whether an earlier attempt may have been carried out. */
  readonly afterUnknown: boolean;
}

/** Result of an attempt. */
export type AttemptResult<T> =
  | {
      readonly ok: true;
      readonly value: T;
      readonly status: number;
      readonly signature?: Signature;
    }
  | {
      readonly ok: false;
      readonly error: CloudError;
      /** Meaning of the response. Absent if there was no readable response. */
      readonly kind?: AnswerKind;
      readonly signature?: Signature;
    };

interface Answer {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly text: string;
  /** ID of the operation that caused the request. */
  readonly correlationId: string | undefined;
}

/**
 * Signs and sends a request once, and reads the response. Throws the errors of the signer and the abort reason of the
 * caller.
 */
export async function attemptOnce<T>(
  parts: AttemptParts,
  request: CloudRequest<T>,
  context: AttemptContext,
): Promise<AttemptResult<T>> {
  const outgoing = outgoingRequest(request);
  const deadline = startDeadline(parts.clock, parts.timeoutMs, [context.deadline.signal]);
  const fields = (outcome: CallOutcome, retryable: boolean): CloudErrorFields => ({
    operation: request.operation,
    method: request.method,
    url: `${outgoing.url.origin}${outgoing.url.pathname}`,
    outcome: outcome === 'not-sent' && context.afterUnknown ? 'unknown' : outcome,
    retryable,
    attempts: context.number,
  });
  let signed: { readonly signature: Signature | undefined } | undefined;
  try {
    parts.mayCall?.();
    const { signal } = deadline;
    const now = parts.clock.now();
    signed = { signature: await parts.signer?.sign(outgoing, { signal, now }) };
    const answer = await send(parts, outgoing, signed.signature, contentType(request), signal);
    return interpret(parts, request, fields, signed.signature, answer);
  } catch (error) {
    const spent = deadline.expired ? deadline : context.deadline;
    if (spent.expired) {
      const outcome = signed === undefined ? 'not-sent' : 'unknown';
      return { ok: false, error: timeoutError(request, outgoing, spent.ms, fields(outcome, true)) };
    }
    context.deadline.signal.throwIfAborted();
    parts.mayCall?.();
    if (signed === undefined) throw error;
    return { ok: false, error: transportError(request, outgoing, error, fields) };
  } finally {
    deadline.cancel();
  }
}

function outgoingRequest<T>(request: CloudRequest<T>): OutgoingRequest {
  const { body, method, query = {} } = request;
  const form = body !== undefined && 'form' in body ? body.form : {};
  const common = { method, url: new URL(request.url), query, form };
  if (body === undefined) return common;
  return { ...common, body: 'form' in body ? encodeParameters(form) : JSON.stringify(body.json) };
}

function contentType<T>({ body }: CloudRequest<T>): string | undefined {
  if (body === undefined) return undefined;
  return 'form' in body ? 'application/x-www-form-urlencoded' : 'application/json';
}

async function send(
  parts: AttemptParts,
  outgoing: OutgoingRequest,
  signature: Signature | undefined,
  type: string | undefined,
  signal: AbortSignal,
): Promise<Answer> {
  const query = { ...outgoing.query, ...signature?.query };
  const correlationId = parts.correlationId();
  const { statusCode, headers, body } = await parts.dispatcher.request({
    origin: outgoing.url.origin,
    path: urlText(outgoing.url.pathname, query),
    method: outgoing.method,
    headers: {
      accept: 'application/json',
      'user-agent': parts.userAgent,
      ...(type === undefined ? {} : { 'content-type': type }),
      ...(correlationId === undefined ? {} : { 'x-request-id': correlationId }),
      ...signature?.headers,
    },
    body: outgoing.body ?? null,
    signal,
    // The deadline of the attempt applies instead.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const text = await readBody(body, parts.maxBodyBytes);
  return { status: statusCode, headers, text, correlationId };
}

type FieldsOf = (outcome: CallOutcome, retryable: boolean) => CloudErrorFields;

function interpret<T>(
  parts: AttemptParts,
  request: CloudRequest<T>,
  fields: FieldsOf,
  signature: Signature | undefined,
  answer: Answer,
): AttemptResult<T> {
  const { status, text } = answer;
  const body = parseBody(text);
  const said =
    body.kind === 'json'
      ? parts.dialect.read(body.value)
      : { apiCode: '', message: '', requestId: '' };
  const kind = parts.dialect.judge({ status, apiCode: said.apiCode });
  const requestId = said.requestId || headerOf(answer, 'x-request-id', 'request-id');
  const varying = [requestId, answer.correlationId ?? '', ...(signature?.varying ?? [])];
  const hide = (words: string): string => steadyText(withoutSecrets(words), varying);
  const withoutSecrets = (words: string): string =>
    redact(words, [
      ...(request.secrets ?? []),
      ...(signature?.secrets ?? []),
      ...parts.proxySecrets(request.url),
      ...(request.secretAnswer === true && body.kind === 'json' ? secretsIn(body.value) : []),
    ]);
  const host = new URL(request.url).host;

  if (kind !== 'success') {
    const apiCode = oneLine(hide(said.apiCode));
    const retryAfterMs = parseRetryAfter(headerOf(answer, 'retry-after'), parts.clock.now());
    const quote = request.secretAnswer === true ? undefined : hide;
    const words = body.kind === 'other' ? describeBody(text, quote) : oneLine(hide(said.message));
    const message = [
      `${request.operation}: ${host} answered ${status}`,
      apiCode === '' ? '' : `, code ${apiCode}`,
      words === '' ? '' : `: ${words}`,
    ].join('');
    const error = new CloudApiError(message, {
      ...fields(
        kind === 'transient' ? 'unknown' : 'refused',
        kind === 'transient' || kind === 'throttled',
      ),
      status,
      apiCode,
      requestId: oneLine(withoutSecrets(requestId)),
      bodyKind: body.kind,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
    return { ok: false, error, kind, ...(signature === undefined ? {} : { signature }) };
  }

  const quote = request.secretAnswer === true ? false : hide;
  const decoded = decode(request.answer, body.kind === 'json' ? body.value : undefined, { quote });
  if (body.kind !== 'other' && decoded.ok) {
    const { value } = decoded;
    return { ok: true, value, status, ...(signature === undefined ? {} : { signature }) };
  }
  const start = `${request.operation}: ${host} answered ${status}`;
  const unknown = { ...fields('unknown', body.kind !== 'json'), status };
  if (body.kind === 'empty') {
    const message = `${start} with an empty body instead of JSON`;
    return { ok: false, error: new CloudDecodeError(message, { ...unknown, problem: 'empty' }) };
  }
  if (body.kind === 'other' || decoded.ok) {
    const shown = describeBody(text, quote === false ? undefined : quote);
    const message = `${start} with ${shown} instead of JSON`;
    return { ok: false, error: new CloudDecodeError(message, { ...unknown, problem: 'not-json' }) };
  }
  const { issues } = decoded;
  const message = `${start} with an unexpected body: ${issues.join('; ')}`;
  const error = new CloudDecodeError(message, { ...unknown, problem: 'wrong-type', issues });
  return { ok: false, error };
}

function headerOf(answer: Answer, ...names: readonly string[]): string {
  for (const name of names) {
    const value = answer.headers[name];
    if (typeof value === 'string') return value;
  }
  return '';
}

function timeoutError<T>(
  request: CloudRequest<T>,
  outgoing: OutgoingRequest,
  timeoutMs: number,
  fields: CloudErrorFields,
): CloudTimeoutError {
  const message = `${request.operation}: no response from ${outgoing.url.host} within ${timeoutMs} ms`;
  return new CloudTimeoutError(message, { ...fields, timeoutMs });
}

function transportError<T>(
  request: CloudRequest<T>,
  outgoing: OutgoingRequest,
  cause: unknown,
  fields: FieldsOf,
): CloudError {
  const start = `${request.operation}: ${outgoing.url.host}`;
  if (cause instanceof BodyTooLargeError) {
    const message = `${start} answered with more than ${cause.limit} bytes`;
    const unread = { ...fields('unknown', false), problem: 'too-large' as const, status: 0 };
    return new CloudDecodeError(message, unread, { cause });
  }
  const { text, notSent, retryable } = explainTransportFailure(cause);
  const outcome = notSent ? 'not-sent' : 'unknown';
  return new CloudTransportError(`${start} ${text}`, fields(outcome, retryable), { cause });
}

/** Shortens a redacted text of the cloud to one line for use in an error message. */
function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 500 ? `${line.slice(0, 500)}…` : line;
}
