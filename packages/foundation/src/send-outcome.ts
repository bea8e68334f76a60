/** What is known of a request that got no answer. */
export type SendOutcome =
  /** It surely did not reach the server: no connection was made. */
  | 'not-sent'
  /** The server may have executed it. */
  | 'unknown';

/**
 * Codes of failures that can only happen before the first byte of a request leaves: name resolution, connecting, and the
 * check of the server's certificate. Not among them is what can also happen on an open connection, such as
 * `EHOSTUNREACH`, `ETIMEDOUT` or `ERR_SSL_WRONG_VERSION_NUMBER`.
 */
const beforeSending: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'EAI_NONAME',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_SSL_UNSUPPORTED_PROTOCOL',
  'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'CERT_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
]);

/** Node's words for a connection that ends during the TLS handshake; the code is `ECONNRESET` then. */
const duringHandshake = 'before secure TLS connection was established';

/**
 * What an error of Node or undici says about the request it ended. Any failed `connect` means "not sent", whatever its
 * code; the same code on `read` or `write` does not. Of several addresses that were tried, all must have failed that
 * way. Unknown errors count as `unknown`. Errors are looked at by shape, because one from another realm is no `Error`.
 */
export function sendOutcomeOf(error: unknown): SendOutcome {
  return wasNotSent(error) ? 'not-sent' : 'unknown';
}

function wasNotSent(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if ('errors' in error && Array.isArray(error.errors) && error.errors.length > 0) {
    return error.errors.every(wasNotSent);
  }
  if (textOf(error, 'syscall') === 'connect') return true;
  return (
    beforeSending.has(textOf(error, 'code')) || textOf(error, 'message').includes(duringHandshake)
  );
}

function textOf(error: object, field: 'code' | 'syscall' | 'message'): string {
  const value: unknown = Reflect.get(error, field);
  return typeof value === 'string' ? value : '';
}
