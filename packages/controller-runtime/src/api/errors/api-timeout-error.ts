/** A request to the API server exceeded its timeout and was canceled. The server may have executed it. */
export class ApiTimeoutError extends Error {
  override readonly name = 'ApiTimeoutError';
  readonly code = 'API_TIMEOUT';
  readonly method: string;
  readonly path: string;
  readonly timeoutMs: number;

  constructor(fields: {
    readonly method: string;
    readonly path: string;
    readonly timeoutMs: number;
  }) {
    super(`${fields.method} ${fields.path}: no answer within ${fields.timeoutMs} ms`);
    this.method = fields.method;
    this.path = fields.path;
    this.timeoutMs = fields.timeoutMs;
  }
}
