import { getCiphers } from 'node:tls';
import type { SecureContextOptions } from 'node:tls';
import { tlsVersions } from './tls-version.ts';

/** What the flags say of TLS. */
export interface TlsFlags {
  /** As `VersionTLS12`; empty is TLS 1.2. */
  readonly minVersion: '' | keyof typeof tlsVersions;
  /** IANA names; empty: the defaults of Node. */
  readonly cipherSuites: readonly string[];
  /** Names or IANA numbers, in the order of preference; empty: the defaults of Node. */
  readonly curvePreferences: readonly string[];
}

/** The part of a secure context that no file changes. */
export type TlsSettings = Pick<SecureContextOptions, 'minVersion' | 'ciphers' | 'ecdhCurve'>;

/** TLS 1.3 has only these, and no flag takes them away. */
const tls13Suites = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
];

/** Curves by the names and IANA numbers that upstream takes, to OpenSSL's. */
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

/** Puts the flags into the words of Node. @throws Error that names each value that is not known */
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
 * OpenSSL's name of a suite: `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256` is `ECDHE-RSA-AES128-GCM-SHA256`,
 * `TLS_RSA_WITH_AES_128_CBC_SHA` is `AES128-SHA`. `undefined` where OpenSSL has none.
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
