import { redactText } from '@k8s-ccm/foundation';
import { isApiStatus, type ApiStatus, type StatusDetails } from './api-status.ts';

/** What an {@link ApiError} is made of. */
export interface ApiErrorFields {
  /** HTTP method in capitals. */
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  /** HTTP status; for an ERROR event inside a watch, the code of its `Status`. */
  readonly status: number;
  /** Reason of the `Status`, e.g. `NotFound`. */
  readonly reason: string;
  /** Text of the API server. */
  readonly message: string;
  readonly details?: StatusDetails | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** The API server's refusal of one request. Classify it with the predicates (`isNotFound`, …), not by hand. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code = 'API_ERROR';
  readonly method: string;
  readonly path: string;
  /** HTTP status; for an ERROR event inside a watch, the code of its `Status`. */
  readonly status: number;
  /** Reason of the `Status`, e.g. `NotFound`; derived from the HTTP status where the body is not a `Status`. */
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  /** How long the server asks to wait, in seconds, from the header or the `Status`. */
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

/** The error that a `Status` object means, be it a response body or the object of an ERROR event. */
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
 * The error of a response outside 2xx. A body that is no `Status`, such as the page of a proxy, is quoted, cut to 200
 * characters. `secrets` are what was sent to identify us: whoever answered may repeat it.
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
  // Before it is read and cut: a secret that is cut is not recognized.
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
