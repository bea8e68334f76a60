import { boolFlag, durationFlag, listFlag, stringFlag } from '@k8s-ccm/component-config';
import type { FlagTable } from '@k8s-ccm/component-config';

/** The flags of the section "authentication" (contract.md#flags, contract.md#endpoints). */
export const authenticationFlags = {
  'authentication-kubeconfig': stringFlag({
    default: '',
    section: 'authentication',
    doc: 'Path of a kubeconfig whose user may ask the API server who a token belongs to; without it, the service account of the pod, and without that, tokens are anonymous.',
  }),
  'authentication-token-webhook-cache-ttl': durationFlag({
    default: 10_000,
    range: 'any',
    section: 'authentication',
    doc: 'How long it is remembered who a token belongs to. It is not remembered if this is 0 or negative.',
  }),
  'client-ca-file': stringFlag({
    default: '',
    section: 'authentication',
    doc: 'File of the certificates that sign those of clients; without it, those of the cluster.',
  }),
  'requestheader-username-headers': listFlag({
    default: ['x-remote-user'],
    section: 'authentication',
    doc: 'Headers in which a proxy names the user; the first that is there decides.',
  }),
  'requestheader-uid-headers': listFlag({
    default: [],
    section: 'authentication',
    doc: 'Headers in which a proxy gives the UID of the user. Needs the feature gate RemoteRequestHeaderUID.',
  }),
  'requestheader-group-headers': listFlag({
    default: ['x-remote-group'],
    section: 'authentication',
    doc: 'Headers in which a proxy names the groups of the user.',
  }),
  'requestheader-extra-headers-prefix': listFlag({
    default: ['x-remote-extra-'],
    section: 'authentication',
    doc: 'Beginnings of the headers in which a proxy says more of the user.',
  }),
  'requestheader-client-ca-file': stringFlag({
    default: '',
    section: 'authentication',
    doc: 'File of the certificates that sign those of proxies; without it, those of the cluster.',
  }),
  'requestheader-allowed-names': listFlag({
    default: [],
    section: 'authentication',
    doc: 'Common names of the certificates of proxies; without it, any that --requestheader-client-ca-file signs.',
  }),
  'authentication-skip-lookup': boolFlag({
    default: false,
    section: 'authentication',
    doc: 'Do not ask the cluster for what the flags of this section leave open.',
  }),
  'authentication-tolerate-lookup-failure': boolFlag({
    default: false,
    section: 'authentication',
    doc: 'Start also where the cluster does not answer that; then everybody is anonymous.',
  }),
} as const satisfies FlagTable;
