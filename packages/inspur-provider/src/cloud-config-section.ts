import {
  configDuration,
  configInteger,
  configJsonSchema,
  configList,
  configPositiveNumber,
  configSection,
  configTable,
  configText,
  configUrl,
  configWord,
  defaulted,
  describedCodec,
  optional,
  required,
} from '@k8s-ccm/provider-kit';
import type { DecodedBy, DescribedCodec, JsonSchema } from '@k8s-ccm/provider-kit';
import { Secret } from '@k8s-ccm/inspur-sdk';
import type { EndpointName } from '@k8s-ccm/inspur-sdk';

import type { ListenerPortMode } from './service-options.ts';
import { configSlbIdPattern } from './slb-id.ts';

const secretText: DescribedCodec<Secret> = describedCodec({
  allowed: 'text',
  schema: { type: 'string', minLength: 1, writeOnly: true },
  secret: true,
  read: (value) =>
    typeof value === 'string' && value.trim() !== '' ? new Secret(value.trim()) : undefined,
});

const endpointNames: readonly EndpointName[] = ['slb', 'ecs', 'vpc', 'eip', 'keycloak'];
const portModes: readonly ListenerPortMode[] = ['service', 'node-port', 'both'];

const keycloak = configSection(
  {
    url: required(configUrl, 'Where tokens are exchanged.'),
    clientId: required(configText, 'The client that asks for them.'),
    clientSecret: optional(secretText, 'Its secret.'),
    clientSecretFile: optional(configText, 'File with its secret, read again when it changes.'),
    requestedSubject: required(configText, 'The user whose token it is.'),
  },
  { exactlyOneOf: ['clientSecret', 'clientSecretFile'] },
);

const accessKey = configSection(
  {
    id: required(configText, 'Id of the access key.'),
    secret: optional(secretText, 'Its secret.'),
    secretFile: optional(configText, 'File with its secret, read again when it changes.'),
  },
  { exactlyOneOf: ['secret', 'secretFile'] },
);

const credentials = configSection(
  {
    keycloak: optional(keycloak, 'Token exchange.'),
    accessKey: optional(accessKey, 'Every request is signed with an access key.'),
    token: optional(secretText, 'A bearer token that does not change.'),
    tokenFile: optional(
      configText,
      'File with a bearer token that somebody else renews, read again when it changes.',
    ),
  },
  { exactlyOneOf: ['keycloak', 'accessKey', 'token', 'tokenFile'] },
);

/** The whole of `--cloud-config` as data: parser, error texts, reference page and JSON schema are made of it. */
export const cloudConfigSection = configSection({
  region: required(configText, 'The region, for example `cn-north-3`.'),
  credentials: required(credentials, 'Who the provider is.'),
  endpoints: defaulted(
    configSection({
      slb: optional(configUrl, 'The collection of SLBs. Default: from the region.'),
      ecs: optional(configUrl, 'The ECS API. Default: from the region.'),
      vpc: optional(configUrl, 'The VPC API. Default: from the region.'),
      eip: optional(configUrl, 'The EIP API. Default: from the region.'),
    }),
    {},
    'Where the APIs are.',
  ),
  tls: defaulted(
    configSection({
      caFile: optional(configText, 'PEM file of root certificates, added to the system’s.'),
      insecureSkipVerify: defaulted(
        configList(configWord(endpointNames)),
        [],
        'Endpoints whose certificates are not verified. Anybody on the way can read and change the calls: each gives a warning at every start.',
      ),
    }),
    {},
    'Whom to trust.',
  ),
  network: defaulted(
    configSection({
      vpcId: optional(configText, 'The VPC of the nodes.'),
      subnetId: optional(configText, 'The subnet of load balancers.'),
      routeTableId: optional(
        configText,
        'The route table of the nodes. With it, routes to the pods are kept there; without it, the route controller is skipped.',
      ),
    }),
    {},
    'Where the cluster is.',
  ),
  http: defaulted(
    configSection({
      timeout: defaulted(
        configDuration({ minMs: 100, maxMs: 600_000 }),
        '20s',
        'How long one attempt of a call may take.',
      ),
      concurrency: defaulted(
        configInteger({ min: 1, max: 1024 }),
        64,
        'How many calls may be in flight at once.',
      ),
      callsPerSecond: optional(
        configPositiveNumber({ max: 100_000 }),
        'A fixed cap. Without it, calls slow down only when the cloud refuses them.',
      ),
      burst: optional(
        configInteger({ min: 1, max: 100_000 }),
        'How many calls may go out at once under the cap. Default: one second’s worth.',
      ),
    }),
    {},
    'How calls are made.',
  ),
  loadBalancer: defaulted(
    configSection({
      listenerPortMode: defaulted(
        configWord(portModes),
        'service',
        'Default of the annotation `loadbalancer.inspur.com/listener-port-mode`.',
      ),
      allowedSlbIds: optional(
        configList(configSlbIdPattern),
        'The existing SLBs that Services may name, for example `["slb-shared-*"]`. Default: all. `[]` allows none. A Service that has listeners on another SLB keeps them.',
      ),
    }),
    {},
    'Load balancers of Services.',
  ),
});

/** What {@link cloudConfigSection} gives. */
export type CloudConfigValue = DecodedBy<typeof cloudConfigSection>;

/** Every key of `--cloud-config` as a Markdown table. */
export function cloudConfigTable(): string {
  return configTable(cloudConfigSection);
}

/** The JSON schema of `--cloud-config`. */
export function cloudConfigJsonSchema(): JsonSchema {
  return configJsonSchema(cloudConfigSection);
}
