import type * as t from 'io-ts';
import type { Secret } from '../auth/secret.ts';
import type { Lane } from '../budget/lane.ts';

/** What goes out in the body. */
export type RequestBody =
  { readonly json: unknown } | { readonly form: Readonly<Record<string, string>> };

/** One operation of a cloud's API. */
export interface CloudRequest<T> {
  /** The operation's name, for errors and metrics, for example `ListListeners`. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  /** The address without a query. */
  readonly url: string;
  /** Query parameters, not encoded. */
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  /** Reads the answer. Name every codec: its name stands in the error text. `t.unknown` takes any JSON, and no body at all. */
  readonly answer: t.Decoder<unknown, T>;
  /** Whether doing it twice is as good as once, so that it is repeated after an unknown outcome. Default: all but POST and PATCH. */
  readonly idempotent?: boolean;
  /** Sent secrets, in case the answer echoes them into an error text. */
  readonly secrets?: readonly Secret[];
  /** The answer holds secrets: error texts quote nothing of it. Default false. */
  readonly secretAnswer?: boolean;
}

/** How to make one call. */
export interface CloudCallOptions {
  /** Ends the call; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Default `load-balancer`. */
  readonly lane?: Lane;
}
