import type * as t from 'io-ts';
import type { Secret } from '../auth/secret.ts';
import type { Lane } from '../budget/lane.ts';

/** Body of a request. */
export type RequestBody =
  { readonly json: unknown } | { readonly form: Readonly<Record<string, string>> };

/** A request for one operation of a cloud's API. */
export interface CloudRequest<T> {
  /** Name of the operation for errors and metrics, for example `ListListeners`. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  /** URL without a query. */
  readonly url: string;
  /** Query parameters, not encoded. */
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  /**
   * Decoder of the response. Name all codecs: their names appear in error texts. `t.unknown` accepts any JSON and an
   * empty body.
   */
  readonly answer: t.Decoder<unknown, T>;
  /**
   * Whether repeating the request has no further effect. If so, it is retried after an unknown outcome. Default: true
   * for all methods except POST and PATCH.
   */
  readonly idempotent?: boolean;
  /** Secrets in the request, which are redacted if the response echoes them. */
  readonly secrets?: readonly Secret[];
  /** Whether the response contains secrets. If so, error texts quote nothing of it. Default false. */
  readonly secretAnswer?: boolean;
}

/** Options of one call. */
export interface CloudCallOptions {
  /** Cancels the call, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Priority of the call. Default `load-balancer`. */
  readonly lane?: Lane;
}
