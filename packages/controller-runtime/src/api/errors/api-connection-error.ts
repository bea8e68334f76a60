import { sendOutcomeOf, type SendOutcome } from '@k8s-ccm/foundation';
import { codeOf, messageOf } from './error-facts.ts';

/**
 * A request to the API server received no complete answer: the connection failed, was reset, or closed before the end
 * of the body.
 */
export class ApiConnectionError extends Error {
  override readonly name = 'ApiConnectionError';
  readonly code = 'API_CONNECTION_ERROR';
  readonly method: string;
  readonly path: string;
  /** Host and port of the server. */
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

/** Code of the connector's error when no connection was attempted. */
export const notConnectedCode = 'NOT_CONNECTED';

/** Returns whether a request that failed with `cause` may have been sent. */
export function outcomeOf(cause: unknown): SendOutcome {
  return codeOf(cause) === notConnectedCode ? 'not-sent' : sendOutcomeOf(cause);
}
