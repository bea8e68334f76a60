import type { Flag, FlagFacts } from '@k8s-ccm/component-config';

/** A serving certificate for some host names. */
export interface NamedCertKey {
  readonly certFile: string;
  readonly keyFile: string;
  /** Domains, which may begin with `*.`. If empty, the names in the certificate are used. */
  readonly names: readonly string[];
}

/**
 * Creates a flag for `cert,key` or `cert,key:name,name`. Several values are separated by `;`, or the flag is set
 * more than once.
 */
export function namedCertKeysFlag(
  facts: FlagFacts<readonly NamedCertKey[]>,
): Flag<readonly NamedCertKey[]> {
  return {
    ...facts,
    kind: 'list',
    allowed: 'a certificate and a key file, such as a.crt,a.key or a.crt,a.key:*.example.com',
    separator: ';',
    parse: (text) => {
      if (text === '') return [];
      const found = text.split(';').map(parseOne);
      const pairs = found.filter((pair) => pair !== undefined);
      return pairs.length === found.length ? pairs : undefined;
    },
    format: (value) => value.map(formatOne).join(';'),
  };
}

function parseOne(text: string): NamedCertKey | undefined {
  const colon = text.indexOf(':');
  const files = words(colon < 0 ? text : text.slice(0, colon));
  const names = colon < 0 ? [] : words(text.slice(colon + 1));
  const [certFile = '', keyFile = ''] = files;
  if (files.length !== 2 || certFile === '' || keyFile === '' || names.includes('')) {
    return undefined;
  }
  return { certFile, keyFile, names };
}

function formatOne({ certFile, keyFile, names }: NamedCertKey): string {
  return `${certFile},${keyFile}${names.length === 0 ? '' : `:${names.join(',')}`}`;
}

function words(text: string): readonly string[] {
  return text.split(',').map((word) => word.trim());
}
