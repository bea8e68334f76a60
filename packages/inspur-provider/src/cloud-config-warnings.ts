import type { InspurConfig } from './cloud-config.ts';

/** Something in a cloud-config that works and should not stay: a constant message and what it is about. */
export interface ConfigWarning {
  readonly message: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** What an operator must be told of a configuration at every start. Holds no secret. */
export function cloudConfigWarnings(config: InspurConfig): readonly ConfigWarning[] {
  const { credentials, endpoints, tls } = config;
  const urls = new Map<string, string>(Object.entries(endpoints));
  if (credentials.kind === 'keycloak') urls.set('keycloak', credentials.url);
  const plain = [...urls].filter(([, url]) => isPlainHttp(url));
  return [
    ...plain.map(([endpoint, url]) => ({
      message:
        'an endpoint is called without TLS: anybody on the way can read and change the calls',
      fields: { endpoint, url },
    })),
    ...tls.insecureSkipVerify.map((endpoint) => ({
      message:
        'the certificate of an endpoint is not verified: anybody on the way can read and change the calls',
      fields: { endpoint },
    })),
  ];
}

function isPlainHttp(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  const loopback =
    hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname);
  return protocol === 'http:' && !loopback;
}
