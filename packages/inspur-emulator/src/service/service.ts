/** An authenticated call to a service, with the path relative to the service's base. */
export interface ServiceRequest {
  readonly method: string;
  /** Path relative to the base, percent-encoded: empty for the base itself, otherwise with a leading slash. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Empty if the request has none. */
  readonly body: string;
  /** User ID of the caller. */
  readonly userId: string;
}

/** Response of a service. */
export interface ServiceAnswer {
  readonly status: number;
  /** Value to encode as JSON; absent if the response has no body (204). */
  readonly body?: unknown;
}

/** An encoded response body. */
export interface EncodedBody {
  readonly contentType: string;
  readonly text: string;
}

/**
 * An emulated service of INSPUR: a state machine that maps requests to responses, without sockets, credentials, or
 * timers.
 */
export interface Service {
  /** Name of the service in `/_emulator/denied`. */
  readonly name: string;
  /** Error code for invalid credentials or missing permissions. */
  readonly unauthorizedCode: string;
  /** Error code for internal errors. */
  readonly internalErrorCode: string;
  /** Returns the name of the requested operation in the API reference; empty if there is none. */
  operationOf(request: Omit<ServiceRequest, 'userId'>): string;
  /**
   * Performs a call.
   * @throws ServiceError if it refuses the call
   */
  handle(request: ServiceRequest): ServiceAnswer;
  /** Returns the response to a list for an account that cannot see any object, if the operation is a list. */
  emptyAnswer(operation: string): ServiceAnswer | undefined;
  /** Returns the body of a refusal. */
  refusal(code: string, message: string): unknown;
  /** Encodes a body in the format that the request selects. */
  encode(body: unknown, request: Omit<ServiceRequest, 'userId'>): EncodedBody;
}

/** Encodes a body as JSON. */
export function encodeJson(body: unknown): EncodedBody {
  return { contentType: 'application/json', text: body === undefined ? '' : JSON.stringify(body) };
}
