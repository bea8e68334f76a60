/** One field or entity that caused a request to fail, from `Status.details.causes`. */
export interface StatusCause {
  /** Machine-readable cause, for example `FieldValueInvalid` or `ResourceVersionTooLarge`. */
  readonly reason?: string;
  readonly message?: string;
  /** Path of the field, for example `spec.ports[0].nodePort`. */
  readonly field?: string;
}

/** Details that the API server adds to a failure, from `Status.details`. */
export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  /** How long to wait before the next attempt, in seconds. */
  readonly retryAfterSeconds?: number;
}

/** The `Status` object with which the API server answers a failed request, as on the wire. */
export interface ApiStatus {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly status?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly details?: StatusDetails;
}

/** Reports whether a decoded body is a `Status` object. */
export function isApiStatus(body: unknown): body is ApiStatus {
  return typeof body === 'object' && body !== null && 'kind' in body && body.kind === 'Status';
}
