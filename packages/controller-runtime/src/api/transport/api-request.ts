/** One request to the API server. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path without the server's own prefix and without query. */
  readonly path: string;
  /** Absent values are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Default `application/json`. */
  readonly contentType?: string;
  /**
   * Whether executing it twice does no harm: reads, and idempotent writes with a resource version or UID as a precondition.
   * Default: true for GET only.
   */
  readonly repeatable?: boolean;
  readonly signal?: AbortSignal;
  /** Limit of one attempt, in milliseconds. */
  readonly timeoutMs?: number;
}

/** Path and query as they go on the wire. */
export function requestTarget(prefix: string, request: ApiRequest): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) query.set(key, String(value));
  }
  const text = query.toString();
  return text === '' ? `${prefix}${request.path}` : `${prefix}${request.path}?${text}`;
}
