import { decodeText } from '@k8s-ccm/foundation';
import { parseConfigFile } from '@k8s-ccm/provider-kit';
import type { EndpointName, InspurEndpoints, Secret } from '@k8s-ccm/inspur-sdk';

import { cloudConfigSection } from './cloud-config-section.ts';
import type { CloudConfigValue } from './cloud-config-section.ts';
import { isGoCloudConfig } from './go-cloud-config-lines.ts';
import type { IgnoredLine } from './go-cloud-config-lines.ts';
import { parseGoCloudConfig } from './go-cloud-config.ts';
import type { ListenerPortMode } from './service-options.ts';

/** A secret in the file itself, or in a file of its own that is read again when it changes. */
export type SecretLocation =
  | { readonly kind: 'value'; readonly secret: Secret }
  | { readonly kind: 'file'; readonly path: string };

/** Who the provider is to INSPUR Cloud. See inspur-api.md#authentication. */
export type CredentialsConfig =
  | {
      readonly kind: 'keycloak';
      readonly url: string;
      readonly clientId: string;
      readonly clientSecret: SecretLocation;
      readonly requestedSubject: string;
    }
  | { readonly kind: 'access-key'; readonly id: string; readonly secret: SecretLocation }
  | { readonly kind: 'token'; readonly token: SecretLocation };

/** Where the one secret of the credentials is. */
export function secretLocation(credentials: CredentialsConfig): SecretLocation {
  if (credentials.kind === 'keycloak') return credentials.clientSecret;
  return credentials.kind === 'access-key' ? credentials.secret : credentials.token;
}

/** Which account, where, and with what defaults: the content of `--cloud-config`. */
export interface InspurConfig {
  /** For example `cn-north-3`. */
  readonly region: string;
  readonly credentials: CredentialsConfig;
  /** The others follow from the region. */
  readonly endpoints: Partial<InspurEndpoints>;
  readonly tls: {
    /** PEM file of root certificates beside the system's. */
    readonly caFile: string | undefined;
    /** Endpoints whose certificates are not verified. */
    readonly insecureSkipVerify: readonly EndpointName[];
  };
  readonly network: {
    readonly vpcId: string | undefined;
    readonly subnetId: string | undefined;
    readonly routeTableId: string | undefined;
  };
  readonly http: {
    /** Of one attempt, in milliseconds. */
    readonly timeoutMs: number;
    /** Calls in flight at once. */
    readonly concurrency: number;
    /** `undefined`: no fixed cap; the budget adapts to what the cloud refuses. */
    readonly callsPerSecond: number | undefined;
    readonly burst: number | undefined;
  };
  readonly loadBalancer: {
    /** Defaults of the Service annotations. */
    readonly defaults: { readonly listenerPortMode: ListenerPortMode };
    /** The existing SLBs that Services may name, for `isSlbAllowed`; `undefined` allows all. */
    readonly allowedSlbIds: readonly string[] | undefined;
  };
  /** Lines of a file of the Go program that have no effect. */
  readonly ignoredLines: readonly IgnoredLine[];
}

/**
 * Reads a `--cloud-config` file: YAML (or JSON), or the Go program's `key=value` lines.
 *
 * @param source what the file is called in error texts
 * @throws ConfigError with everything that is wrong, each with its line; never with a secret
 */
export async function parseCloudConfig(
  input: string | Uint8Array,
  source: string,
): Promise<InspurConfig> {
  const { text } = typeof input === 'string' ? { text: input } : decodeText(input);
  if (text !== undefined && isGoCloudConfig(text)) return parseGoCloudConfig(text, source);
  return toConfig(await parseConfigFile(input, { source, codec: cloudConfigSection }));
}

function toConfig(value: CloudConfigValue): InspurConfig {
  const { region, credentials, endpoints, tls, network, http, loadBalancer } = value;
  return {
    region,
    credentials: toCredentials(credentials),
    endpoints: {
      ...(endpoints.slb === undefined ? {} : { slb: endpoints.slb }),
      ...(endpoints.ecs === undefined ? {} : { ecs: endpoints.ecs }),
      ...(endpoints.vpc === undefined ? {} : { vpc: endpoints.vpc }),
      ...(endpoints.eip === undefined ? {} : { eip: endpoints.eip }),
    },
    tls,
    network,
    http: {
      timeoutMs: http.timeout,
      concurrency: http.concurrency,
      callsPerSecond: http.callsPerSecond,
      burst: http.burst,
    },
    loadBalancer: {
      defaults: { listenerPortMode: loadBalancer.listenerPortMode },
      allowedSlbIds: loadBalancer.allowedSlbIds,
    },
    ignoredLines: [],
  };
}

function toCredentials(value: CloudConfigValue['credentials']): CredentialsConfig {
  const { keycloak, accessKey, token, tokenFile } = value;
  if (keycloak !== undefined) {
    const { url, clientId, clientSecret, clientSecretFile, requestedSubject } = keycloak;
    return {
      kind: 'keycloak',
      url,
      clientId,
      clientSecret: toLocation(clientSecret, clientSecretFile),
      requestedSubject,
    };
  }
  if (accessKey !== undefined) {
    const { id, secret, secretFile } = accessKey;
    return { kind: 'access-key', id, secret: toLocation(secret, secretFile) };
  }
  return { kind: 'token', token: toLocation(token, tokenFile) };
}

function toLocation(secret: Secret | undefined, path: string | undefined): SecretLocation {
  if (secret !== undefined) return { kind: 'value', secret };
  // The section's codec has seen to it that one of the two is set.
  if (path === undefined) throw new Error('neither a secret nor its file is set');
  return { kind: 'file', path };
}
