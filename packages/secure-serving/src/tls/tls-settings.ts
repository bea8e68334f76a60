import { getCiphers } from 'node:tls';
import type { SecureContextOptions } from 'node:tls';
import { tlsVersions } from './tls-version.ts';

/** TLS settings as the flags express them. */
export interface TlsFlags {
  /** For example `VersionTLS12`. If empty, TLS 1.2. */
  readonly minVersion: '' | keyof typeof tlsVersions;
  /** IANA names. If empty, the defaults of Node.js are used. */
  readonly cipherSuites: readonly string[];
  /** Names or IANA numbers in order of preference. If empty, the defaults of Node.js are used. */
  readonly curvePreferences: readonly string[];
}

/** The options of a secure context that do not come from files. */
export type TlsSettings = Pick<SecureContextOptions, 'minVersion' | 'ciphers' | 'ecdhCurve'>;

/** The cipher suites of TLS 1.3, which cannot be configured. */
const tls13Suites = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
];

/** OpenSSL's names of curves, by the names and IANA numbers that upstream accepts. */
const curves: Readonly<Record<string, string>> = {
  CurveP256: 'P-256',
  23: 'P-256',
  CurveP384: 'P-384',
  24: 'P-384',
  CurveP521: 'P-521',
  25: 'P-521',
  X25519: 'X25519',
  29: 'X25519',
  X25519MLKEM768: 'X25519MLKEM768',
  4588: 'X25519MLKEM768',
};

/**
 * Converts TLS flags to options of Node.js.
 * @throws Error that names each unknown value
 */
export function tlsSettings(flags: TlsFlags): TlsSettings {
  const { minVersion, cipherSuites, curvePreferences } = flags;
  const unknown = [
    ...cipherSuites
      .filter((suite) => openSslSuite(suite) === undefined)
      .map((suite) => `--tls-cipher-suites: unknown cipher suite "${suite}"`),
    ...curvePreferences
      .filter((curve) => curves[curve] === undefined)
      .map((curve) => `--tls-curve-preferences: unknown curve "${curve}"`),
  ];
  if (unknown.length > 0) throw new Error(unknown.join('; '));
  return {
    minVersion: tlsVersions[minVersion === '' ? 'VersionTLS12' : minVersion],
    ...(cipherSuites.length === 0 ? {} : { ciphers: cipherList(cipherSuites) }),
    ...(curvePreferences.length === 0
      ? {}
      : { ecdhCurve: curvePreferences.map((curve) => curves[curve]).join(':') }),
  };
}

function cipherList(suites: readonly string[]): string {
  return [...new Set([...tls13Suites, ...suites.map(openSslSuite)])].join(':');
}

/**
 * Returns OpenSSL's name of a cipher suite: `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256` is
 * `ECDHE-RSA-AES128-GCM-SHA256`, `TLS_RSA_WITH_AES_128_CBC_SHA` is `AES128-SHA`. Returns `undefined` if OpenSSL
 * does not know the suite.
 */
function openSslSuite(suite: string): string | undefined {
  if (tls13Suites.includes(suite)) return suite;
  const name = suite
    .replace(/^TLS_/, '')
    .replace(/^RSA_WITH_/, '')
    .replace('_WITH_', '_')
    .replace(/AES_(\d+)/, 'AES$1')
    .replace('_CBC', '')
    .replace(/(CHACHA20_POLY1305)_SHA256$/, '$1')
    .replaceAll('_', '-');
  return suite.startsWith('TLS_') && getCiphers().includes(name.toLowerCase()) ? name : undefined;
}
