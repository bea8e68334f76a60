import { boolFlag, choiceFlag, intFlag, listFlag, stringFlag } from '@k8s-ccm/component-config';
import type { FlagTable } from '@k8s-ccm/component-config';
import { namedCertKeysFlag } from '../tls/named-cert-key.ts';
import { tlsMinVersions } from '../tls/tls-version.ts';

const onlyHttp1 = 'HTTP/1.1 is all that is served';

/** The defaults of {@link secureServingFlags} that differ between programs. */
export interface SecureServingDefaults {
  /** `--secure-port`. */
  readonly port: number;
}

/** The flags of the section "secure serving" (contract.md#flags). */
export const secureServingFlags = ({ port }: SecureServingDefaults) =>
  ({
    'bind-address': stringFlag({
      default: '0.0.0.0',
      section: 'secure serving',
      doc: 'IP address on which --secure-port is served.',
    }),
    'secure-port': intFlag({
      default: port,
      min: 0,
      max: 65_535,
      section: 'secure serving',
      doc: 'Port for HTTPS: health checks, metrics, configuration and debugging; 0 serves nothing.',
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
      doc: 'Directory of cloud-controller-manager.crt and .key, which are made where they are missing; without it and --tls-cert-file, a self-signed certificate is kept in memory.',
    }),
    'tls-cert-file': stringFlag({
      default: '',
      section: 'secure serving',
      doc: 'File of the certificate, with those that signed it after it; read again when it changes. Goes with --tls-private-key-file.',
    }),
    'tls-private-key-file': stringFlag({
      default: '',
      section: 'secure serving',
      doc: 'File of the key for --tls-cert-file.',
    }),
    'tls-cipher-suites': listFlag({
      default: [],
      section: 'secure serving',
      doc: 'Cipher suites for TLS up to 1.2, by their IANA names; without it, the defaults of Node.',
    }),
    'tls-curve-preferences': listFlag({
      default: [],
      section: 'secure serving',
      doc: 'Key exchanges in the order of preference, by name or IANA number; without it, the defaults of Node.',
    }),
    'tls-min-version': choiceFlag({
      default: '',
      words: tlsMinVersions,
      section: 'secure serving',
      doc: 'Least version of TLS; without it, VersionTLS12.',
    }),
    'tls-sni-cert-key': namedCertKeysFlag({
      default: [],
      section: 'secure serving',
      doc: 'A certificate and a key file, and the domains for which they are used: a.crt,a.key or a.crt,a.key:*.example.com. May be given more than once.',
    }),
    'http2-max-streams-per-connection': intFlag({
      default: 0,
      section: 'secure serving',
      doc: 'Most streams in an HTTP/2 connection.',
      noEffect: onlyHttp1,
    }),
    'permit-port-sharing': boolFlag({
      default: false,
      section: 'secure serving',
      doc: 'Let others that do the same serve the same port (SO_REUSEPORT).',
    }),
    'permit-address-sharing': boolFlag({
      default: false,
      section: 'secure serving',
      doc: 'Serve an address that is still held by connections that have ended (SO_REUSEADDR).',
      noEffect: 'Node always does so',
    }),
  }) as const satisfies FlagTable;
