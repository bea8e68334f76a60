/** Versions of TLS as flags name them, to what `node:tls` calls them. */
export const tlsVersions = {
  VersionTLS10: 'TLSv1',
  VersionTLS11: 'TLSv1.1',
  VersionTLS12: 'TLSv1.2',
  VersionTLS13: 'TLSv1.3',
} as const;

/** What `--tls-min-version` takes; the empty text is TLS 1.2. */
export const tlsMinVersions = [
  '',
  'VersionTLS10',
  'VersionTLS11',
  'VersionTLS12',
  'VersionTLS13',
] as const;
