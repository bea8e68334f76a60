/** One call as a service sees it: authenticated, with the path cut down to what lies beneath the service's base. */
export interface ServiceRequest {
  readonly method: string;
  /** Beneath the base, still percent-encoded: empty for the base itself, else with its leading slash. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Empty where there is none. */
  readonly body: string;
  /** The account that calls. */
  readonly userId: string;
}

/** What a service answers. */
export interface ServiceAnswer {
  readonly status: number;
  /** To be written as JSON; absent where the answer has no body (204). */
  readonly body?: unknown;
}

/** How a service writes an answer. */
export interface EncodedBody {
  readonly contentType: string;
  readonly text: string;
}

/** An emulated INSPUR service: a state machine from requests to answers, without sockets, credentials or time of its own. */
export interface Service {
  /** The name that `/_emulator/denied` knows it by. */
  readonly name: string;
  /** The code that refuses a bad or unprivileged credential. */
  readonly unauthorisedCode: string;
  /** The code of an internal error. */
  readonly internalErrorCode: string;
  /** The operation that a request asks for, named as the API's reference does; empty where there is none. */
  operationOf(request: Omit<ServiceRequest, 'userId'>): string;
  /**
   * Does the work of one call.
   * @throws ServiceError for every refusal
   */
  handle(request: ServiceRequest): ServiceAnswer;
  /** The answer to a list of an account that is not allowed to see anything, where the operation is a list. */
  emptyAnswer(operation: string): ServiceAnswer | undefined;
  /** The body that refuses a call. */
  refusal(code: string, message: string): unknown;
  /** Writes a body the way the request asks for. */
  encode(body: unknown, request: Omit<ServiceRequest, 'userId'>): EncodedBody;
}

/** Writes a body as JSON. */
export function encodeJson(body: unknown): EncodedBody {
  return { contentType: 'application/json', text: body === undefined ? '' : JSON.stringify(body) };
}
