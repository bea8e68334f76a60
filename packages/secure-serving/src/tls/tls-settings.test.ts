import { createSecureContext } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import { tlsSettings } from './tls-settings.ts';

const none = { minVersion: '', cipherSuites: [], curvePreferences: [] } as const;

describe('tlsSettings', () => {
  it('is TLS 1.2 with the defaults of Node where nothing is said', () => {
    expect(tlsSettings(none)).toEqual({ minVersion: 'TLSv1.2' });
  });

  it.each([
    ['VersionTLS10', 'TLSv1'],
    ['VersionTLS11', 'TLSv1.1'],
    ['VersionTLS12', 'TLSv1.2'],
    ['VersionTLS13', 'TLSv1.3'],
  ] as const)('takes %s for %s', (minVersion, version) => {
    expect(tlsSettings({ ...none, minVersion }).minVersion).toBe(version);
  });

  it.each([
    ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
    ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
    ['TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256', 'ECDHE-RSA-CHACHA20-POLY1305'],
    ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', 'ECDHE-RSA-AES128-SHA'],
    ['TLS_RSA_WITH_AES_128_GCM_SHA256', 'AES128-GCM-SHA256'],
    ['TLS_RSA_WITH_AES_256_CBC_SHA', 'AES256-SHA'],
  ])('calls %s %s, beside those of TLS 1.3', (suite, openSsl) => {
    const settings = tlsSettings({ ...none, cipherSuites: [suite] });
    expect(settings.ciphers).toBe(
      `TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:${openSsl}`,
    );
    expect(() => createSecureContext(settings)).not.toThrow();
  });

  it('takes curves by name and number', () => {
    const settings = tlsSettings({ ...none, curvePreferences: ['X25519MLKEM768', '29', '23'] });
    expect(settings.ecdhCurve).toBe('X25519MLKEM768:X25519:P-256');
    expect(() => createSecureContext(settings)).not.toThrow();
  });

  it('names all that it does not know', () => {
    const flags = { ...none, cipherSuites: ['TLS_NONE', 'AES128-SHA'], curvePreferences: ['P9'] };
    expect(() => tlsSettings(flags)).toThrow(
      '--tls-cipher-suites: unknown cipher suite "TLS_NONE"; --tls-cipher-suites: unknown cipher suite "AES128-SHA"; --tls-curve-preferences: unknown curve "P9"',
    );
  });
});
