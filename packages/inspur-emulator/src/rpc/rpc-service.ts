import { isObject } from '../input/fields.ts';
import { ServiceError } from '../service/service-error.ts';
import type { EncodedBody, Service, ServiceAnswer, ServiceRequest } from '../service/service.ts';
import { encodeJson } from '../service/service.ts';
import { RpcCode, RpcParameters } from './rpc-parameters.ts';

/** Result of an action. */
export interface RpcResult {
  readonly data: unknown;
  /** Code of a response that is not an error, such as an "empty" code. Default: success. */
  readonly code?: string;
}

/** An action of an RPC service. */
export interface RpcAction {
  /** Performs the action. @throws ServiceError if it refuses the call */
  perform(parameters: RpcParameters): RpcResult;
  /** Result for a caller that cannot see any object; absent if the action is not a list. */
  readonly empty?: RpcResult;
}

/** Options of {@link RpcService}. */
export interface RpcServiceOptions {
  readonly name: string;
  readonly actions: Readonly<Record<string, RpcAction>>;
  /** Returns the current time in epoch milliseconds. */
  readonly now: () => number;
  /** Maximum deviation of `Timestamp` from the clock in milliseconds. */
  readonly clockToleranceMs: number;
}

const version = '2019-01-31';

/**
 * A service in INSPUR's RPC style (inspur-api.md#rpc-style): all parameters are in the query, and all responses have
 * the same envelope.
 */
export class RpcService implements Service {
  readonly name: string;
  readonly unauthorizedCode = RpcCode.Unauthorized;
  readonly internalErrorCode = RpcCode.InternalError;
  readonly #options: RpcServiceOptions;
  readonly #actions: ReadonlyMap<string, RpcAction>;
  #answered = 0;

  constructor(options: RpcServiceOptions) {
    this.name = options.name;
    this.#options = options;
    this.#actions = new Map(Object.entries(options.actions));
  }

  operationOf({ path, query, body }: Omit<ServiceRequest, 'userId'>): string {
    if (path !== '' && path !== '/') return '';
    const action = new RpcParameters(query, body).text('Action', '');
    return this.#actions.has(action) ? action : '';
  }

  handle({ method, path, query, body }: ServiceRequest): ServiceAnswer {
    if (path !== '' && path !== '/')
      throw new ServiceError(RpcCode.ParameterInvalid, `path ${path} does not exist`, 404);
    if (method !== 'GET' && method !== 'POST') {
      throw new ServiceError(RpcCode.ParameterInvalid, `${method}: expected GET or POST`, 405);
    }
    const parameters = new RpcParameters(query, body);
    const action = this.#actions.get(parameters.text('Action'));
    if (action === undefined)
      throw parameters.refuse('Action', `one of ${[...this.#actions.keys()].join(', ')}`);
    this.#checkCommon(parameters);
    return this.#success(action.perform(parameters));
  }

  emptyAnswer(operation: string): ServiceAnswer | undefined {
    const empty = this.#actions.get(operation)?.empty;
    return empty === undefined ? undefined : this.#success(empty);
  }

  refusal(code: string, message: string): unknown {
    return this.#envelope(code, null, message);
  }

  encode(body: unknown, { query, body: form }: Omit<ServiceRequest, 'userId'>): EncodedBody {
    const format = new RpcParameters(query, form).text('Format', 'XML').toLowerCase();
    return format === 'json'
      ? encodeJson(body)
      : { contentType: 'application/xml', text: xmlOf('Response', body) };
  }

  #checkCommon(parameters: RpcParameters): void {
    if (parameters.text('Version') !== version) throw parameters.refuse('Version', version);
    const sent = parameters.integer('Timestamp', 0, 99_999_999_999) * 1000;
    if (Math.abs(sent - this.#options.now()) > this.#options.clockToleranceMs) {
      throw parameters.refuse('Timestamp', 'the current time in Unix seconds');
    }
    parameters.checkPositive('Nonce');
  }

  #success({ data, code = '0' }: RpcResult): ServiceAnswer {
    return { status: 200, body: this.#envelope(code, data, code === '0' ? 'success' : 'empty') };
  }

  #envelope(code: string, data: unknown, message: string): unknown {
    this.#answered += 1;
    return {
      RequestId: `${this.name}-${this.#answered}`,
      Code: code,
      Data: data,
      Message: message,
    };
  }
}

/** Converts a JSON value to XML: a field becomes an element, an element of an array becomes an `<item>`. */
function xmlOf(name: string, value: unknown): string {
  return `<${name}>${contentOf(value)}</${name}>`;
}

function contentOf(value: unknown): string {
  if (Array.isArray(value)) return value.map((one: unknown) => xmlOf('item', one)).join('');
  if (isObject(value)) {
    return Object.entries(value)
      .map(([name, one]) => xmlOf(name, one))
      .join('');
  }
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
