import { codeOf, messageOf } from './error-facts.ts';

/** What is known of a request that got no answer. */
export type SendOutcome =
  /** It surely never reached the server: no connection was made. */
  | 'not-sent'
  /** The server may have executed it. */
  | 'unknown';

/** A request to the API server got no complete answer: no connection, a reset, a cut body. */
export class ApiConnectionError extends Error {
  override readonly name = 'ApiConnectionError';
  readonly code = 'API_CONNECTION_ERROR';
  readonly method: string;
  readonly path: string;
  /** Host and port that were called. */
  readonly host: string;
  readonly outcome: SendOutcome;

  constructor(
    fields: {
      readonly method: string;
      readonly path: string;
      readonly host: string;
      readonly outcome: SendOutcome;
    },
    options: { readonly cause: unknown },
  ) {
    super(
      `${fields.method} ${fields.path}: no answer from ${fields.host}: ${messageOf(options.cause)}`,
      options,
    );
    this.method = fields.method;
    this.path = fields.path;
    this.host = fields.host;
    this.outcome = fields.outcome;
  }
}

/** Errors of Node, undici and our connector that mean: no connection came about, so nothing was sent. */
const notSentCodes = new Set([
  'NOT_CONNECTED',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** What is known of a request that failed with `cause`. */
export function outcomeOf(cause: unknown): SendOutcome {
  return notSentCodes.has(codeOf(cause)) ? 'not-sent' : 'unknown';
}
