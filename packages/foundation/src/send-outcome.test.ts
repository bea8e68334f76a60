import { describe, expect, it } from '@jest/globals';
import { sendOutcomeOf } from './send-outcome.ts';

function failure(code: string, syscall?: string): Error {
  const message = `${syscall ?? 'it failed with'} ${code}`;
  return Object.assign(new Error(message), { code, ...(syscall === undefined ? {} : { syscall }) });
}

describe('whether a request was sent', () => {
  it.each([
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ETIMEDOUT',
    'EADDRNOTAVAIL',
    'ECONNRESET',
    'ECONNABORTED',
    'EPIPE',
    'EMFILE',
  ])('%s counts as "not sent" only if connecting failed', (code) => {
    expect(sendOutcomeOf(failure(code, 'connect'))).toBe('not-sent');
    for (const syscall of ['read', 'write', 'writev', 'shutdown', undefined]) {
      expect(sendOutcomeOf(failure(code, syscall))).toBe('unknown');
    }
  });

  it.each([
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'UND_ERR_CONNECT_TIMEOUT',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])('%s can only happen before anything is sent', (code) => {
    expect(sendOutcomeOf(failure(code))).toBe('not-sent');
  });

  it.each([
    'UND_ERR_SOCKET',
    'UND_ERR_HEADERS_TIMEOUT',
    'UND_ERR_BODY_TIMEOUT',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'ERR_SSL_PACKET_LENGTH_TOO_LONG',
    'ESOMETHINGNEW',
    '',
  ])('"%s" may happen after everything was sent', (code) => {
    expect(sendOutcomeOf(failure(code))).toBe('unknown');
  });

  it.each([
    ['connect', 'connect', 'not-sent'],
    ['connect', 'read', 'unknown'],
    ['read', 'connect', 'unknown'],
  ])('of several addresses all must have failed to connect: %s, %s', (one, other, outcome) => {
    const errors = [failure('ETIMEDOUT', one), failure('ENETUNREACH', other)];
    const several = Object.assign(new AggregateError(errors), { code: 'ETIMEDOUT' });
    expect(sendOutcomeOf(several)).toBe(outcome);
  });

  it('a connection that ends during the TLS handshake has sent nothing', () => {
    const message =
      'Client network socket disconnected before secure TLS connection was established';
    const error = Object.assign(new Error(message), { code: 'ECONNRESET' });
    expect(sendOutcomeOf(error)).toBe('not-sent');
  });

  it('an error from another realm counts by its shape', () => {
    expect(sendOutcomeOf({ code: 'ECONNREFUSED' })).toBe('not-sent');
    for (const odd of ['ECONNREFUSED', undefined, null, 7, {}, { code: 7 }, { errors: [] }]) {
      expect(sendOutcomeOf(odd)).toBe('unknown');
    }
  });
});
