/** The body of a request is larger than its endpoint allows. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
  readonly code = 'BODY_TOO_LARGE';
}

/** A request that is authenticated and authorized. */
export interface EndpointRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /**
   * Returns the body as text.
   * @throws BodyTooLargeError
   */
  body(maxBytes: number): Promise<string>;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
}

/** The response of an endpoint. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Default `text/plain; charset=utf-8`. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The handler of a path. */
export interface Endpoint {
  /** Allowed methods, in upper case. GET implies HEAD. */
  readonly methods: readonly string[];
  answer(request: EndpointRequest): Promise<Answer> | Answer;
}

/** Returns the endpoint of a path, which is passed as it is in the request, or `undefined`. */
export type Router = (path: string) => Endpoint | undefined;

/** Creates a read-only endpoint. */
export function readable(answer: Endpoint['answer']): Endpoint {
  return { methods: ['GET', 'HEAD'], answer };
}
