/**
 * What is known of a failed call's effect: `refused`, the cloud said no and did nothing; `not-sent`, the request
 * surely did not arrive; `unknown`, it may have been carried out, so look before you repeat it.
 */
export type CallOutcome = 'refused' | 'not-sent' | 'unknown';

/** What every error of a cloud call carries. */
export interface CloudErrorFields {
  /** The operation's name, for example `ListListeners`. */
  readonly operation: string;
  readonly method: string;
  /** The address without its query, which may hold secrets. */
  readonly url: string;
  readonly outcome: CallOutcome;
  /** Whether the same call may succeed in a while. */
  readonly retryable: boolean;
  /** How many times the request was tried, from 1. */
  readonly attempts: number;
}

/** Base class of what a cloud call throws, save the abort reason of the caller's own signal. */
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

/** Data of a {@link CloudApiError}. */
export interface CloudApiErrorFields extends CloudErrorFields {
  /** HTTP status of the answer. */
  readonly status: number;
  /** The cloud's own code, for example `107.001404`; empty where the answer has none. */
  readonly apiCode: string;
  /** The cloud's name for the request, to quote to its support; empty where the answer has none. */
  readonly requestId: string;
  /** The form of the answer's body; `other` is typically a page of some proxy and says nothing about the resource. */
  readonly bodyKind: 'json' | 'empty' | 'other';
  /** Milliseconds that the cloud asked to wait (Retry-After); absent where it did not ask. */
  readonly retryAfterMs?: number;
}

/** The cloud answered, and the answer is no. */
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

/** No answer came: a name that does not resolve, a refused connection, a bad certificate, a connection cut short. */
export class CloudTransportError extends CloudError {
  override readonly name = 'CloudTransportError';
  override readonly code = 'CLOUD_TRANSPORT_ERROR';
}

/** No answer came in time. */
export class CloudTimeoutError extends CloudError {
  override readonly name = 'CloudTimeoutError';
  override readonly code = 'CLOUD_TIMEOUT';
  /** The limit that was hit, in milliseconds. */
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

/** Why an answer could not be read. */
export type DecodeProblem = 'not-json' | 'empty' | 'wrong-type' | 'too-large';

/** The cloud says it did the work, but its answer cannot be read. */
export class CloudDecodeError extends CloudError {
  override readonly name = 'CloudDecodeError';
  override readonly code = 'CLOUD_DECODE_ERROR';
  readonly problem: DecodeProblem;
  /** HTTP status of the answer. */
  readonly status: number;
  /** One line per wrong field, such as `listeners.3.port: expected int, got "80"`; at most ten. */
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
