/** One request to the API server. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path without the server's own prefix and without the query. */
  readonly path: string;
  /** Undefined values are omitted. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Default: `application/json`. */
  readonly contentType?: string;
  /**
   * Whether the request may safely be executed twice: reads, and idempotent writes with a resource version or UID as a
   * precondition. Default: true for GET only.
   */
  readonly repeatable?: boolean;
  readonly signal?: AbortSignal;
  /** Timeout of one attempt, in milliseconds. */
  readonly timeoutMs?: number;
}

/** Returns the path and query as sent on the wire. */
export function requestTarget(prefix: string, request: ApiRequest): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) query.set(key, String(value));
  }
  const text = query.toString();
  return text === '' ? `${prefix}${request.path}` : `${prefix}${request.path}?${text}`;
}
