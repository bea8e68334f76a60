import { boolFlag, durationFlag, listFlag, stringFlag } from '@k8s-ccm/component-config';
import type { FlagTable } from '@k8s-ccm/component-config';

/** The flags of the section "authentication" (contract.md#flags, contract.md#endpoints). */
export const authenticationFlags = {
  'authentication-kubeconfig': stringFlag({
    default: '',
    section: 'authentication',
    doc: 'Path of a kubeconfig for a user that may create TokenReviews. If empty, the service account of the Pod is used. Without a service account, tokens are treated as anonymous.',
  }),
  'authentication-token-webhook-cache-ttl': durationFlag({
    default: 10_000,
    range: 'any',
    section: 'authentication',
    doc: 'How long results of TokenReviews are cached. Values of 0 or less disable the cache.',
  }),
  'client-ca-file': stringFlag({
    default: '',
    section: 'authentication',
    doc: 'Path of the CA certificates that client certificates must be signed by. If empty, the client CA of the cluster is used.',
  }),
  'requestheader-username-headers': listFlag({
    default: ['x-remote-user'],
    section: 'authentication',
    doc: 'Request headers that an authenticating proxy uses for the user name. The first header that is present is used.',
  }),
  'requestheader-uid-headers': listFlag({
    default: [],
    section: 'authentication',
    doc: 'Request headers that an authenticating proxy uses for the UID of the user. Requires the feature gate RemoteRequestHeaderUID.',
  }),
  'requestheader-group-headers': listFlag({
    default: ['x-remote-group'],
    section: 'authentication',
    doc: 'Request headers that an authenticating proxy uses for the groups of the user.',
  }),
  'requestheader-extra-headers-prefix': listFlag({
    default: ['x-remote-extra-'],
    section: 'authentication',
    doc: 'Prefixes of request headers that an authenticating proxy uses for extra information about the user.',
  }),
  'requestheader-client-ca-file': stringFlag({
    default: '',
    section: 'authentication',
    doc: 'Path of the CA certificates that certificates of authenticating proxies must be signed by. If empty, the proxy CA of the cluster is used.',
  }),
  'requestheader-allowed-names': listFlag({
    default: [],
    section: 'authentication',
    doc: 'Common names that certificates of authenticating proxies may have. If empty, any certificate that --requestheader-client-ca-file signs is allowed.',
  }),
  'authentication-skip-lookup': boolFlag({
    default: false,
    section: 'authentication',
    doc: 'Do not look up missing authentication configuration in the cluster.',
  }),
  'authentication-tolerate-lookup-failure': boolFlag({
    default: false,
    section: 'authentication',
    doc: 'Start even if the authentication configuration cannot be looked up in the cluster. All requests may then be treated as anonymous.',
  }),
} as const satisfies FlagTable;
