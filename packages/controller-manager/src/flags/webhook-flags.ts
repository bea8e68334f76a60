import { boolFlag, choiceFlag, intFlag, listFlag, stringFlag } from '@k8s-ccm/component-config';
import type { FlagTable } from '@k8s-ccm/component-config';
import { namedCertKeysFlag, tlsMinVersions } from '@k8s-ccm/secure-serving';

const noEffect = 'no webhooks are served';

/** The flags of the sections "webhook" and "webhook serving" (contract.md#flags, contract.md#webhooks). */
export const webhookFlags = {
  webhooks: listFlag({ default: [], section: 'webhook', doc: 'Webhooks to serve.', noEffect }),
  'webhook-bind-address': stringFlag({
    default: '0.0.0.0',
    section: 'webhook serving',
    doc: 'IP address on which to serve webhooks.',
    noEffect,
  }),
  'webhook-secure-port': intFlag({
    default: 10_260,
    min: 0,
    max: 65_535,
    section: 'webhook serving',
    doc: 'Port on which to serve webhooks. Must differ from --secure-port.',
    noEffect,
  }),
  'webhook-disable-http2-serving': boolFlag({
    default: false,
    section: 'webhook serving',
    doc: 'Serve webhooks over HTTP/1.1 only.',
    noEffect,
  }),
  'webhook-cert-dir': stringFlag({
    default: '',
    section: 'webhook serving',
    doc: 'Directory of the certificate for webhooks.',
    noEffect,
  }),
  'webhook-tls-cert-file': stringFlag({
    default: '',
    section: 'webhook serving',
    doc: 'Path of the certificate for webhooks.',
    noEffect,
  }),
  'webhook-tls-private-key-file': stringFlag({
    default: '',
    section: 'webhook serving',
    doc: 'Path of the private key for --webhook-tls-cert-file.',
    noEffect,
  }),
  'webhook-tls-cipher-suites': listFlag({
    default: [],
    section: 'webhook serving',
    doc: 'Cipher suites for webhooks.',
    noEffect,
  }),
  'webhook-tls-curve-preferences': listFlag({
    default: [],
    section: 'webhook serving',
    doc: 'Key exchange mechanisms for webhooks.',
    noEffect,
  }),
  'webhook-tls-min-version': choiceFlag({
    default: '',
    words: tlsMinVersions,
    section: 'webhook serving',
    doc: 'Minimum TLS version for webhooks.',
    noEffect,
  }),
  'webhook-tls-sni-cert-key': namedCertKeysFlag({
    default: [],
    section: 'webhook serving',
    doc: 'Additional certificates for webhooks.',
    noEffect,
  }),
} as const satisfies FlagTable;
