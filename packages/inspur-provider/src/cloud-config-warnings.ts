import type { InspurConfig } from './cloud-config.ts';
import type { IgnoredLine } from './go-cloud-config-lines.ts';

/** Something in a cloud-config that works, but that should be changed: a constant message and its details. */
export interface ConfigWarning {
  readonly message: string;
  readonly fields: Readonly<Record<string, string>>;
}

const ignoredLineMessages: Readonly<Record<IgnoredLine['reason'], string>> = {
  section: 'a section line of the cloud-config is ignored: its keys are read as if it were absent',
  'no-key': 'a line of the cloud-config is ignored: it is not of the form key=value',
  'unknown-key': 'a line of the cloud-config is ignored: its key has no effect',
  overridden: 'a line of the cloud-config is ignored: a later line sets the same key',
};

/** What an operator must be told of a configuration at every start. Contains no secret. */
export function cloudConfigWarnings(config: InspurConfig): readonly ConfigWarning[] {
  const { credentials, endpoints, tls, ignoredLines } = config;
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
    ...ignoredLines.map(({ line, reason, key, suggestion }) => ({
      message: ignoredLineMessages[reason],
      fields: {
        line: String(line),
        ...(key === undefined ? {} : { key }),
        ...(suggestion === undefined ? {} : { didYouMean: suggestion }),
      },
    })),
  ];
}

function isPlainHttp(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  const loopback =
    hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname);
  return protocol === 'http:' && !loopback;
}
