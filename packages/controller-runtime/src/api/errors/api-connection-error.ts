import { sendOutcomeOf, type SendOutcome } from '@k8s-ccm/foundation';
import { codeOf, messageOf } from './error-facts.ts';

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

/** The code of the connector's error: it did not even try to connect. */
export const notConnectedCode = 'NOT_CONNECTED';

/** What is known of a request that failed with `cause`. */
export function outcomeOf(cause: unknown): SendOutcome {
  return codeOf(cause) === notConnectedCode ? 'not-sent' : sendOutcomeOf(cause);
}
