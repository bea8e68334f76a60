/**
 * Effect of a failed call: `refused` (the cloud refused the request and did nothing), `not-sent` (the request certainly
 * did not reach the cloud), or `unknown` (the request may have been carried out; verify before you repeat it).
 */
export type CallOutcome = 'refused' | 'not-sent' | 'unknown';

/** Fields of every {@link CloudError}. */
export interface CloudErrorFields {
  /** Name of the operation, for example `ListListeners`. */
  readonly operation: string;
  readonly method: string;
  /** URL without the query, which may contain secrets. */
  readonly url: string;
  readonly outcome: CallOutcome;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** Number of attempts made, at least 1. */
  readonly attempts: number;
}

/** Base class of all errors that a cloud call throws, except the abort reason of the caller's signal. */
export abstract class CloudError extends Error implements CloudErrorFields {
  abstract override readonly name: string;
  abstract readonly code: string;
  readonly operation: string;
  readonly method: string;
  readonly url: string;
  readonly outcome: CallOutcome;
  readonly retryable: boolean;
  readonly attempts: number;

  constructor(message: string, fields: CloudErrorFields, options?: ErrorOptions) {
    super(message, options);
    this.operation = fields.operation;
    this.method = fields.method;
    this.url = fields.url;
    this.outcome = fields.outcome;
    this.retryable = fields.retryable;
    this.attempts = fields.attempts;
  }

  /** Host and port of the endpoint. */
  get host(): string {
    return new URL(this.url).host;
  }
}

/** Fields of {@link CloudApiError}. */
export interface CloudApiErrorFields extends CloudErrorFields {
  /** HTTP status of the response. */
  readonly status: number;
  /** Error code of the cloud, for example `107.001404`. Empty if the response has none. */
  readonly apiCode: string;
  /** Request ID assigned by the cloud, to quote to its support. Empty if the response has none. */
  readonly requestId: string;
  /** Form of the response body. `other` is typically an error page of a proxy and says nothing about the resource. */
  readonly bodyKind: 'json' | 'empty' | 'other';
  /**
   * Milliseconds to wait before the next call, as requested by the cloud (Retry-After). Absent if it made no request.
   */
  readonly retryAfterMs?: number;
}

/** Error thrown if the cloud refused the request. */
export class CloudApiError extends CloudError {
  override readonly name = 'CloudApiError';
  override readonly code = 'CLOUD_API_ERROR';
  readonly status: number;
  readonly apiCode: string;
  readonly requestId: string;
  readonly bodyKind: 'json' | 'empty' | 'other';
  readonly retryAfterMs: number | undefined;

  constructor(message: string, fields: CloudApiErrorFields, options?: ErrorOptions) {
    super(message, fields, options);
    this.status = fields.status;
    this.apiCode = fields.apiCode;
    this.requestId = fields.requestId;
    this.bodyKind = fields.bodyKind;
    this.retryAfterMs = fields.retryAfterMs;
  }
}

/**
 * Error thrown if the connection failed: the name could not be resolved, the connection was refused or closed, or the
 * certificate is invalid.
 */
export class CloudTransportError extends CloudError {
  override readonly name = 'CloudTransportError';
  override readonly code = 'CLOUD_TRANSPORT_ERROR';
}

/** Error thrown if the cloud did not respond in time. */
export class CloudTimeoutError extends CloudError {
  override readonly name = 'CloudTimeoutError';
  override readonly code = 'CLOUD_TIMEOUT';
  /** The timeout that expired, in milliseconds. */
  readonly timeoutMs: number;

  constructor(
    message: string,
    fields: CloudErrorFields & { readonly timeoutMs: number },
    options?: ErrorOptions,
  ) {
    super(message, fields, options);
    this.timeoutMs = fields.timeoutMs;
  }
}

/** Reason why a response could not be read. */
export type DecodeProblem = 'not-json' | 'empty' | 'wrong-type' | 'too-large';

/** Error thrown if the cloud reported success but its response cannot be read. */
export class CloudDecodeError extends CloudError {
  override readonly name = 'CloudDecodeError';
  override readonly code = 'CLOUD_DECODE_ERROR';
  readonly problem: DecodeProblem;
  /** HTTP status of the response. */
  readonly status: number;
  /** One line per invalid field, for example `listeners.3.port: expected int, got "80"`. At most ten lines. */
  readonly issues: readonly string[];

  constructor(
    message: string,
    fields: CloudErrorFields & {
      readonly problem: DecodeProblem;
      readonly status: number;
      readonly issues?: readonly string[];
    },
    options?: ErrorOptions,
  ) {
    super(message, fields, options);
    this.problem = fields.problem;
    this.status = fields.status;
    this.issues = fields.issues ?? [];
  }
}
