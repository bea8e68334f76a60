import { sendOutcomeOf } from '@k8s-ccm/foundation';
import { ProxyError } from './proxy-error.ts';

/** What a failed connection means. */
export interface TransportFailure {
  /** What went wrong, in words, to stand after the host's name. */
  readonly text: string;
  /** Whether the request surely did not arrive. */
  readonly notSent: boolean;
  /** Whether it may heal by itself. */
  readonly retryable: boolean;
}

/** Failures of the certificate check: waiting does not help. */
const certificateProblems: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its TLS certificate has expired',
  CERT_NOT_YET_VALID: 'its TLS certificate is not valid yet (is the clock of this machine right?)',
  CERT_REVOKED: 'its TLS certificate has been revoked',
  CERT_UNTRUSTED: 'its TLS certificate is not trusted',
  CERT_SIGNATURE_FAILURE: 'its TLS certificate has a wrong signature',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its TLS certificate is self-signed and not among the trusted ones',
  SELF_SIGNED_CERT_IN_CHAIN:
    'its TLS certificate was issued by an authority that is not trusted (a private CA must be configured)',
  UNABLE_TO_GET_ISSUER_CERT:
    'the issuer of its TLS certificate is not known (a private CA must be configured)',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'the issuer of its TLS certificate is not known (a private CA must be configured)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'the issuer of its TLS certificate is not known (a private CA must be configured)',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its TLS certificate is for another host',
  HOSTNAME_MISMATCH: 'its TLS certificate is for another host',
  INVALID_CA: 'its TLS certificate was issued by something that is no authority',
};

/** Failures that have to do with connecting. */
const connectProblems: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection',
  ENOTFOUND: 'has no address: the name does not exist in DNS',
  EAI_AGAIN: 'has no address for now: DNS does not answer',
  EAI_FAIL: 'has no address: DNS failed',
  EAI_NODATA: 'has no address in DNS',
  EAI_NONAME: 'has no address: the name does not exist in DNS',
  UND_ERR_CONNECT_TIMEOUT: 'does not accept the connection in time',
  ERR_SSL_WRONG_VERSION_NUMBER: 'does not speak TLS on this port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'does not speak TLS on this port',
  ERR_SSL_HTTP_REQUEST: 'does not speak TLS on this port',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'speaks no version of TLS that is safe',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'speaks no version of TLS that is safe',
};

/** Failures whose words hold only if connecting failed; on an open connection they cut it off. */
const unreachable: Readonly<Record<string, string>> = {
  EHOSTUNREACH: 'cannot be reached: no route to the host',
  ENETUNREACH: 'cannot be reached: no route to the network',
  EADDRNOTAVAIL: 'cannot be reached: no local address or port is free',
  ETIMEDOUT: 'does not accept the connection in time',
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

/** Says what a failed request to a host means. What it does not know counts as "may have arrived". */
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
    : 'closed the connection before its answer was complete';
}

/** By shape, not by class: an error that crossed a realm is no `instanceof Error`. */
function failureData(error: unknown): { code: string; message: string; syscall: string } {
  if (typeof error !== 'object' || error === null) {
    return { code: '', message: String(error), syscall: '' };
  }
  // A failed connection to several addresses comes as one error that holds the others.
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
