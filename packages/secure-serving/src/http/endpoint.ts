/** The body of a request has more bytes than its endpoint takes. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
  readonly code = 'BODY_TOO_LARGE';
}

/** A request, once it is known who sends it and that it may. */
export interface EndpointRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The body as text. @throws BodyTooLargeError */
  body(maxBytes: number): Promise<string>;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
}

/** What is answered. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Default `text/plain; charset=utf-8`. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What stands behind a path. */
export interface Endpoint {
  /** Those that it takes, in upper case; who takes GET takes HEAD. */
  readonly methods: readonly string[];
  answer(request: EndpointRequest): Promise<Answer> | Answer;
}

/** Finds what stands behind a path, as it is written in the request. */
export type Router = (path: string) => Endpoint | undefined;

/** An endpoint that is read. */
export function readable(answer: Endpoint['answer']): Endpoint {
  return { methods: ['GET', 'HEAD'], answer };
}
