import type { Account } from '../auth/account.ts';
import type { AuthenticatedRequest, Authentication } from '../auth/authenticator.ts';
import { Authenticator } from '../auth/authenticator.ts';
import type { TokenRequest } from '../auth/token-issuer.ts';
import { TokenIssuer } from '../auth/token-issuer.ts';
import type { Denial } from '../faults/denial.ts';
import type { Fault } from '../faults/fault.ts';
import { FaultPlan, replacesWork, statusOfFault } from '../faults/fault.ts';
import type { Latency } from '../faults/latency.ts';
import { mutated } from '../faults/mutation.ts';
import type { Random } from '../faults/random.ts';
import { RateLimit } from '../faults/rate-limit.ts';
import { ecsActions } from '../rpc/ecs-actions.ts';
import { eipActions } from '../rpc/eip-actions.ts';
import type { RpcAction } from '../rpc/rpc-service.ts';
import { RpcService } from '../rpc/rpc-service.ts';
import { vpcActions } from '../rpc/vpc-actions.ts';
import { ServiceError } from '../service/service-error.ts';
import type { EncodedBody, Service, ServiceAnswer } from '../service/service.ts';
import { encodeJson } from '../service/service.ts';
import type { MemberRules } from '../slb/member-rules.ts';
import { noMemberRules } from '../slb/member-rules.ts';
import { SlbService } from '../slb/slb-service.ts';
import { CloudState } from '../state/cloud-state.ts';
import { CallLog } from './call-log.ts';

/** Options of {@link Cloud}. */
export interface CloudOptions {
  readonly region: string;
  readonly accounts: readonly [Account, ...Account[]];
  /** Returns the current time in epoch milliseconds. */
  readonly now: () => number;
  readonly random: Random;
  readonly tokenLifetimeSeconds: number;
  readonly clockToleranceMs: number;
  readonly slbCreateMs: number;
  readonly slbDeleteMs: number;
}

/** A request, as received. */
export interface CloudRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  /** Headers by lowercase name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Empty if the request has none. */
  readonly body: string;
}

/** What to send in response to a request. */
export interface CloudReply {
  /** HTTP status; 0 to drop the connection without a response. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Delay before the response, in milliseconds. */
  readonly holdMs: number;
  /** Number of body bytes after which to drop the connection. */
  readonly cutAt?: number;
}

interface Handler {
  readonly operation: string;
  authenticate(): Authentication;
  perform(userId: string): ServiceAnswer;
  refusal(code: string, message: string): unknown;
  encode(body: unknown): EncodedBody;
  readonly internalErrorCode: string;
  readonly unauthorizedCode: string;
  readonly isLimited: boolean;
}

/** The emulated cloud without sockets: credentials, services, faults, limits, and the call log. */
export class Cloud {
  readonly state: CloudState;
  readonly tokens: TokenIssuer;
  readonly log = new CallLog();
  readonly faultPlan: FaultPlan;
  readonly rateLimit: RateLimit;
  latency: Latency = { ms: 0, jitterMs: 0 };
  denial: Denial = { services: [], as: 'code' };
  memberRules: MemberRules = noMemberRules;
  readonly #options: CloudOptions;
  readonly #authenticator: Authenticator;
  readonly #services: readonly (readonly [base: string, service: Service])[];

  constructor(options: CloudOptions) {
    const { accounts, now, region, random, tokenLifetimeSeconds, clockToleranceMs } = options;
    this.#options = options;
    this.state = new CloudState({ region, userId: accounts[0].userId }, now);
    this.tokens = new TokenIssuer(accounts, tokenLifetimeSeconds, now);
    this.faultPlan = new FaultPlan(random);
    this.rateLimit = new RateLimit(now);
    this.#authenticator = new Authenticator(accounts, this.tokens, clockToleranceMs, now);
    const rpc = (name: string, actions: Readonly<Record<string, RpcAction>>): Service =>
      new RpcService({ name, actions, now, clockToleranceMs });
    const memberRules = (): MemberRules => this.memberRules;
    this.#services = [
      [`/regionsvc-${region}/slb/v1/slbs`, new SlbService(this.state, { ...options, memberRules })],
      ['/ecs', rpc('ecs', ecsActions(this.state))],
      ['/vpc', rpc('vpc', vpcActions(this.state))],
      ['/eip', rpc('eip', eipActions(this.state))],
    ];
  }

  /** Handles a request, performs its operation, and returns what to send. */
  handle(request: CloudRequest): CloudReply {
    const at = this.#options.now();
    const { method, target } = request;
    const handler = this.#handlerOf(request);
    const { operation } = handler;
    const requestId = request.headers['x-request-id'] ?? '';
    const common = { at, method, path: target, operation, requestId };
    const record = (status: number, credential: string): Record<string, string> => ({
      'x-request-id': `emulator-${this.log.add({ ...common, status, credential })}`,
    });
    const { urlBytes } = this.rateLimit.limits;
    if (urlBytes > 0 && Buffer.byteLength(target) > urlBytes) {
      return this.#reply(414, tooLong, record(414, ''));
    }
    const wait = handler.isLimited ? this.rateLimit.take() : undefined;
    if (wait !== undefined) {
      const headers = { ...record(429, ''), 'retry-after': String(wait) };
      return this.#reply(429, handler.encode(handler.refusal('429', 'too many requests')), headers);
    }
    const fault = this.faultPlan.strike({ operation, method, target });
    if (fault?.reset === 'before') {
      record(0, '');
      return this.#dropped(fault);
    }
    const authentication = handler.authenticate();
    const { credential } = authentication;
    const answer = this.#answer(handler, authentication, fault);
    const status = (fault === undefined ? undefined : statusOfFault(fault)) ?? answer.status;
    if (fault?.reset === 'after') {
      record(0, credential);
      return this.#dropped(fault);
    }
    const headers = record(status, credential);
    if (fault?.retryAfter !== undefined) headers['retry-after'] = String(fault.retryAfter);
    const encoded = this.#encode(handler, answer, fault);
    const reply = this.#reply(status, encoded, headers, fault?.delayMs);
    if (fault?.truncate === undefined || fault.truncate === false) return reply;
    const bytes = Buffer.byteLength(reply.body);
    const cutAt = fault.truncate === true ? Math.floor(bytes / 2) : Math.min(fault.truncate, bytes);
    return { ...reply, cutAt };
  }

  #answer(
    handler: Handler,
    authentication: Authentication,
    fault: Fault | undefined,
  ): ServiceAnswer {
    if (fault !== undefined && replacesWork(fault)) {
      const status = statusOfFault(fault) ?? 500;
      const code = fault.code ?? defaultCode(status, handler);
      return {
        status,
        body: handler.refusal(code, fault.message ?? `injected fault: ${status} ${code}`),
      };
    }
    if (authentication.userId === undefined) {
      const body = handler.refusal(handler.unauthorizedCode, authentication.reason);
      return { status: 401, body };
    }
    try {
      return handler.perform(authentication.userId);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return { status: error.status, body: handler.refusal(error.code, error.message) };
    }
  }

  #encode(handler: Handler, answer: ServiceAnswer, fault: Fault | undefined): EncodedBody {
    if (fault?.body !== undefined) {
      const isHtml = fault.body.trimStart().startsWith('<');
      return { contentType: isHtml ? 'text/html' : 'application/json', text: fault.body };
    }
    const body = fault?.mutate === undefined ? answer.body : mutated(answer.body, fault.mutate);
    return handler.encode(body);
  }

  #reply(
    status: number,
    { contentType, text }: EncodedBody,
    headers: Readonly<Record<string, string>>,
    delayMs = 0,
  ): CloudReply {
    const holdMs = this.#latencyMs() + delayMs;
    if (text === '') return { status, headers, body: '', holdMs };
    return { status, headers: { ...headers, 'content-type': contentType }, body: text, holdMs };
  }

  #dropped(fault: Fault): CloudReply {
    return { status: 0, headers: {}, body: '', holdMs: this.#latencyMs() + (fault.delayMs ?? 0) };
  }

  #latencyMs(): number {
    const { ms, jitterMs } = this.latency;
    return jitterMs === 0 ? ms : Math.max(0, ms + (this.#options.random.next() * 2 - 1) * jitterMs);
  }

  #handlerOf(request: CloudRequest): Handler {
    const { method, target, headers, body } = request;
    const cut = target.indexOf('?');
    const path = cut === -1 ? target : target.slice(0, cut);
    if (path === '/auth/token')
      return this.#tokenHandler({ method, contentType: headers['content-type'] ?? '', body });
    const query = new URLSearchParams(cut === -1 ? '' : target.slice(cut));
    const found = this.#services.find(
      ([base]) =>
        path === base ||
        (path.startsWith(base) && (base.endsWith('/') || path[base.length] === '/')),
    );
    if (found === undefined) return noHandler(path);
    const [base, service] = found;
    const whole = { method, path, query, headers, body };
    return this.#serviceHandler(service, whole, {
      method,
      path: path.slice(base.length),
      query,
      body,
    });
  }

  #serviceHandler(
    service: Service,
    whole: AuthenticatedRequest,
    beneath: Parameters<Service['operationOf']>[0],
  ): Handler {
    const operation = service.operationOf(beneath);
    return {
      operation,
      isLimited: true,
      unauthorizedCode: service.unauthorizedCode,
      internalErrorCode: service.internalErrorCode,
      authenticate: () => this.#authenticator.authenticate(whole),
      perform: (userId) => {
        if (this.denial.services.includes(service.name))
          return denied(service, operation, this.denial);
        return service.handle({ ...beneath, userId });
      },
      refusal: (code, message) => service.refusal(code, message),
      encode: (value) => service.encode(value, beneath),
    };
  }

  #tokenHandler(request: TokenRequest): Handler {
    const { tokens } = this;
    return {
      operation: 'GetToken',
      isLimited: false,
      unauthorizedCode: 'invalid_client',
      internalErrorCode: 'server_error',
      authenticate: () => ({ userId: '', credential: tokens.credentialOf(request) }),
      perform: () => tokens.exchange(request),
      refusal: (code, message) => tokens.refusal(code, message),
      encode: (value) => tokens.encode(value),
    };
  }
}

/** Response of a gateway to a URL that is too long. The call does not reach the services. */
const tooLong: EncodedBody = {
  contentType: 'text/html',
  text: '<html><head><title>414 Request-URI Too Large</title></head></html>',
};

function denied(service: Service, operation: string, denial: Denial): ServiceAnswer {
  const empty = denial.as === 'empty' ? service.emptyAnswer(operation) : undefined;
  if (empty !== undefined) return empty;
  throw new ServiceError(
    service.unauthorizedCode,
    'the account lacks the permission for this operation',
    403,
  );
}

function defaultCode(status: number, handler: Handler): string {
  if (status === 401) return handler.unauthorizedCode;
  return status >= 500 ? handler.internalErrorCode : String(status);
}

function noHandler(path: string): Handler {
  return {
    operation: '',
    isLimited: true,
    unauthorizedCode: '401',
    internalErrorCode: '500',
    authenticate: () => ({ userId: '', credential: '' }),
    perform: () => ({
      status: 404,
      body: { code: '404', message: `no service is available at ${path}` },
    }),
    refusal: (code, message) => ({ code, message }),
    encode: encodeJson,
  };
}
