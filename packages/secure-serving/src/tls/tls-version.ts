/** Names of TLS versions in `node:tls`, by their names in flags. */
export const tlsVersions = {
  VersionTLS10: 'TLSv1',
  VersionTLS11: 'TLSv1.1',
  VersionTLS12: 'TLSv1.2',
  VersionTLS13: 'TLSv1.3',
} as const;

/** The allowed values of `--tls-min-version`. The empty text means TLS 1.2. */
export const tlsMinVersions = [
  '',
  'VersionTLS10',
  'VersionTLS11',
  'VersionTLS12',
  'VersionTLS13',
] as const;
