import { sendOutcomeOf } from '@k8s-ccm/foundation';
import { ProxyError } from './proxy-error.ts';

/** Explanation of a failed connection. */
export interface TransportFailure {
  /** Description of the failure, which follows the name of the host. */
  readonly text: string;
  /** Whether the request certainly did not reach the host. */
  readonly notSent: boolean;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
}

/** Failed verifications of a certificate. Waiting does not help. */
const certificateProblems: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'presented a TLS certificate that has expired',
  CERT_NOT_YET_VALID:
    'presented a TLS certificate that is not valid yet (check the clock of this machine)',
  CERT_REVOKED: 'presented a TLS certificate that has been revoked',
  CERT_UNTRUSTED: 'presented a TLS certificate that is not trusted',
  CERT_SIGNATURE_FAILURE: 'presented a TLS certificate with an invalid signature',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'presented a self-signed TLS certificate that is not trusted',
  SELF_SIGNED_CERT_IN_CHAIN:
    'presented a TLS certificate from an authority that is not trusted (configure the private CA)',
  UNABLE_TO_GET_ISSUER_CERT:
    'presented a TLS certificate from an unknown issuer (configure the private CA)',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'presented a TLS certificate from an unknown issuer (configure the private CA)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'presented a TLS certificate from an unknown issuer (configure the private CA)',
  ERR_TLS_CERT_ALTNAME_INVALID: 'presented a TLS certificate for another host',
  HOSTNAME_MISMATCH: 'presented a TLS certificate for another host',
  INVALID_CA: 'presented a TLS certificate whose issuer is not a certificate authority',
};

/** Failures to connect. */
const connectProblems: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ENOTFOUND: 'cannot be resolved: the name does not exist in DNS',
  EAI_AGAIN: 'cannot be resolved: DNS does not respond',
  EAI_FAIL: 'cannot be resolved: the DNS query failed',
  EAI_NODATA: 'cannot be resolved: the name has no address in DNS',
  EAI_NONAME: 'cannot be resolved: the name does not exist in DNS',
  UND_ERR_CONNECT_TIMEOUT: 'did not accept the connection in time',
  ERR_SSL_WRONG_VERSION_NUMBER: 'does not speak TLS on this port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'does not speak TLS on this port',
  ERR_SSL_HTTP_REQUEST: 'does not speak TLS on this port',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'does not support a secure version of TLS',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'does not support a secure version of TLS',
};

/** Failures that mean this only while connecting. On an open connection, they mean that it was closed. */
const unreachable: Readonly<Record<string, string>> = {
  EHOSTUNREACH: 'cannot be reached: no route to the host',
  ENETUNREACH: 'cannot be reached: no route to the network',
  EADDRNOTAVAIL: 'cannot be reached: no local address or port is free',
  ETIMEDOUT: 'did not accept the connection in time',
};

const cutOff: ReadonlySet<string> = new Set([
  ...Object.keys(unreachable),
  'ECONNRESET',
  'EPIPE',
  'ECONNABORTED',
  'UND_ERR_SOCKET',
  'UND_ERR_ABORTED',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
]);

/** Explains why a request to a host failed. Unknown failures are treated as "may have been sent". */
export function explainTransportFailure(error: unknown): TransportFailure {
  if (error instanceof ProxyError) {
    return { text: error.message, notSent: true, retryable: error.retryable };
  }
  const { code, message, syscall } = failureData(error);
  const notSent = sendOutcomeOf(error) === 'not-sent';
  const certificate = certificateProblems[code];
  if (certificate !== undefined) {
    const detail = code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? ` (${message})` : '';
    return { text: `${certificate}${detail}`, notSent, retryable: false };
  }
  return { text: textOf(code, message, syscall, notSent), notSent, retryable: true };
}

function textOf(code: string, message: string, syscall: string, notSent: boolean): string {
  const connecting =
    connectProblems[code] ?? (syscall === 'connect' ? unreachable[code] : undefined);
  if (connecting !== undefined) return connecting;
  if (!cutOff.has(code)) return `failed: ${message}`;
  return notSent
    ? 'closed the connection before it was established'
    : 'closed the connection before the response was complete';
}

/** Reads the fields of an error by shape, not by class: an error of another realm is not an `instanceof Error`. */
function failureData(error: unknown): { code: string; message: string; syscall: string } {
  if (typeof error !== 'object' || error === null) {
    return { code: '', message: String(error), syscall: '' };
  }
  // A failed connection to several addresses is reported as one error that contains the others.
  if ('errors' in error && Array.isArray(error.errors) && error.errors.length > 0) {
    return failureData(error.errors[0]);
  }
  return {
    code: 'code' in error && typeof error.code === 'string' ? error.code : '',
    message:
      'message' in error && typeof error.message === 'string' ? error.message : 'no reason given',
    syscall: 'syscall' in error && typeof error.syscall === 'string' ? error.syscall : '',
  };
}
