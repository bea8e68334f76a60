import { boolFlag, choiceFlag, intFlag, listFlag, stringFlag } from '@k8s-ccm/component-config';
import type { FlagTable } from '@k8s-ccm/component-config';
import { namedCertKeysFlag } from '../tls/named-cert-key.ts';
import { tlsMinVersions } from '../tls/tls-version.ts';

const onlyHttp1 = 'only HTTP/1.1 is served';

/** Defaults of {@link secureServingFlags} that differ between programs. */
export interface SecureServingDefaults {
  /** The default of `--secure-port`. */
  readonly port: number;
}

/** The flags of the section "secure serving" (contract.md#flags). */
export const secureServingFlags = ({ port }: SecureServingDefaults) =>
  ({
    'bind-address': stringFlag({
      default: '0.0.0.0',
      section: 'secure serving',
      doc: 'IP address on which to listen for --secure-port.',
    }),
    'secure-port': intFlag({
      default: port,
      min: 0,
      max: 65_535,
      section: 'secure serving',
      doc: 'HTTPS port for health checks, metrics, configuration and debugging. If 0, HTTPS is not served.',
    }),
    'disable-http2-serving': boolFlag({
      default: false,
      section: 'secure serving',
      doc: 'Serve HTTP/1.1 only.',
      noEffect: onlyHttp1,
    }),
    'cert-dir': stringFlag({
      default: '',
      section: 'secure serving',
      doc: 'Directory of cloud-controller-manager.crt and .key, which are created if both are missing. If this and --tls-cert-file are empty, a self-signed certificate is kept in memory.',
    }),
    'tls-cert-file': stringFlag({
      default: '',
      section: 'secure serving',
      doc: 'Path of the serving certificate, followed by intermediate certificates. The file is reloaded when it changes. Requires --tls-private-key-file.',
    }),
    'tls-private-key-file': stringFlag({
      default: '',
      section: 'secure serving',
      doc: 'Path of the private key for --tls-cert-file.',
    }),
    'tls-cipher-suites': listFlag({
      default: [],
      section: 'secure serving',
      doc: 'Cipher suites for TLS 1.2 and earlier, by IANA name. If empty, the defaults of Node.js are used.',
    }),
    'tls-curve-preferences': listFlag({
      default: [],
      section: 'secure serving',
      doc: 'Key exchange mechanisms in order of preference, by name or IANA number. If empty, the defaults of Node.js are used.',
    }),
    'tls-min-version': choiceFlag({
      default: '',
      words: tlsMinVersions,
      section: 'secure serving',
      doc: 'Minimum TLS version. If empty, VersionTLS12 is used.',
    }),
    'tls-sni-cert-key': namedCertKeysFlag({
      default: [],
      section: 'secure serving',
      doc: 'Paths of a certificate and its key, optionally followed by the domains that they are used for: a.crt,a.key or a.crt,a.key:*.example.com. Can be set more than once.',
    }),
    'http2-max-streams-per-connection': intFlag({
      default: 0,
      section: 'secure serving',
      doc: 'Maximum number of streams in an HTTP/2 connection.',
      noEffect: onlyHttp1,
    }),
    'permit-port-sharing': boolFlag({
      default: false,
      section: 'secure serving',
      doc: 'Allow several processes to listen on the same port (SO_REUSEPORT).',
    }),
    'permit-address-sharing': boolFlag({
      default: false,
      section: 'secure serving',
      doc: 'Listen on an address even if closed connections still hold it (SO_REUSEADDR).',
      noEffect: 'Node.js always does this',
    }),
  }) as const satisfies FlagTable;
