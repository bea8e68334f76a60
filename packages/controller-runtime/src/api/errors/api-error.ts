import { redactText } from '@k8s-ccm/foundation';
import { isApiStatus, type ApiStatus, type StatusDetails } from './api-status.ts';

/** Fields of an {@link ApiError}. */
export interface ApiErrorFields {
  /** HTTP method, in capital letters. */
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  /** HTTP status. For an ERROR event of a watch, the code of its `Status`. */
  readonly status: number;
  /** Reason of the `Status`, for example `NotFound`. */
  readonly reason: string;
  /** Message of the API server. */
  readonly message: string;
  readonly details?: StatusDetails | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** The API server refused a request. Use the predicates (`isNotFound`, …) to classify the error. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code = 'API_ERROR';
  readonly method: string;
  readonly path: string;
  /** HTTP status. For an ERROR event of a watch, the code of its `Status`. */
  readonly status: number;
  /** Reason of the `Status`, for example `NotFound`. Derived from the HTTP status if the body is not a `Status`. */
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  /** How long the server asks the client to wait, in seconds, from the header or the `Status`. */
  readonly retryAfterSeconds: number | undefined;

  constructor(fields: ApiErrorFields, options?: ErrorOptions) {
    super(
      `${fields.method} ${fields.path}: ${fields.status} ${fields.reason}: ${fields.message}`,
      options,
    );
    this.method = fields.method;
    this.path = fields.path;
    this.status = fields.status;
    this.reason = fields.reason;
    this.details = fields.details;
    this.retryAfterSeconds = fields.retryAfterSeconds;
  }
}

/** Creates the error for a `Status` object, which is either the body of a response or the object of an ERROR event. */
export function apiErrorFromStatus(
  status: ApiStatus,
  call: {
    readonly method: string;
    readonly path: string;
    readonly httpStatus?: number;
    readonly retryAfterSeconds?: number | undefined;
  },
): ApiError {
  const code = call.httpStatus ?? status.code ?? 500;
  return new ApiError({
    method: call.method,
    path: call.path,
    status: code,
    reason: status.reason || reasonOfHttpStatus(code),
    message: status.message || 'no message',
    details: status.details,
    retryAfterSeconds: call.retryAfterSeconds ?? status.details?.retryAfterSeconds,
  });
}

/**
 * Creates the error for a response outside 2xx. A body that is not a `Status`, such as the error page of a proxy, is
 * quoted up to 200 characters. `secrets` are the credentials of the request: the response may repeat them.
 */
export function apiErrorFromResponse(
  body: string,
  call: {
    readonly method: string;
    readonly path: string;
    readonly httpStatus: number;
    readonly retryAfterSeconds?: number | undefined;
    readonly secrets?: readonly string[];
  },
): ApiError {
  // Redact before parsing and cutting: a secret that has been cut is not recognized.
  const shown = redactText(body, call.secrets ?? []);
  const decoded = parseOrUndefined(shown);
  return apiErrorFromStatus(
    isApiStatus(decoded) ? decoded : { message: shown.trim().slice(0, 200) },
    call,
  );
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const reasons: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Gone',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

function reasonOfHttpStatus(status: number): string {
  return reasons[status] ?? 'Unknown';
}
