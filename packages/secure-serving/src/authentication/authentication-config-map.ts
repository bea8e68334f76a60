import type { X509Certificate } from 'node:crypto';
import type { KubernetesObject } from '@k8s-ccm/cloud-provider';
import { isNotFound, Reflector } from '@k8s-ccm/controller-runtime';
import type { Clock, KubeClient, Random, ResourceClient } from '@k8s-ccm/controller-runtime';
import { errorText, parseCertificates } from '@k8s-ccm/foundation';
import type { Logger } from '@k8s-ccm/foundation';
import type { RequestHeaderSettings } from './request-header-authenticator.ts';

const namespace = 'kube-system';
const name = 'extension-apiserver-authentication';

/** The part of a core/v1 ConfigMap that is read. */
interface ConfigMap extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** The authentication configuration of the cluster. */
export interface ClusterAuthentication {
  readonly clientAuthorities: readonly X509Certificate[];
  readonly requestHeader?: RequestHeaderSettings;
}

/** Options of {@link AuthenticationConfigMap.open}. */
export interface ConfigMapOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/**
 * The ConfigMap kube-system/extension-apiserver-authentication, in which the API server publishes its
 * certificate authorities.
 */
export class AuthenticationConfigMap {
  readonly #options: ConfigMapOptions;
  readonly #client: ResourceClient<ConfigMap>;
  #current: ClusterAuthentication = { clientAuthorities: [] };
  #seen = '';

  constructor(options: ConfigMapOptions) {
    this.#options = options;
    this.#client = options.client.resource<ConfigMap>({
      group: '',
      version: 'v1',
      plural: 'configmaps',
      namespaced: true,
    });
  }

  get current(): ClusterAuthentication {
    return this.#current;
  }

  /**
   * Reads the ConfigMap. If it does not exist, the configuration is empty until it is created.
   * @throws Error that names the ConfigMap and the Role that allows reading it
   */
  async load(signal: AbortSignal): Promise<void> {
    try {
      this.#take(await this.#client.get({ name, namespace }, { signal }));
    } catch (error) {
      signal.throwIfAborted();
      if (isNotFound(error)) return;
      throw new Error(
        `cannot read the ConfigMap ${namespace}/${name}: ${errorText(error)}; bind the Role ${namespace}/${name}-reader, or set --authentication-skip-lookup or --authentication-tolerate-lookup-failure`,
        { cause: error },
      );
    }
  }

  /**
   * Watches the ConfigMap until the signal aborts. The previous configuration stays in use if the ConfigMap is
   * deleted or invalid.
   */
  async run(onChange: () => void, signal: AbortSignal): Promise<void> {
    const { clock, random, log } = this.#options;
    const take = (configMap: ConfigMap): void => {
      try {
        if (this.#take(configMap)) onChange();
      } catch (error) {
        log.error('authentication ConfigMap is invalid, keeping the previous configuration', {
          error,
        });
      }
    };
    await new Reflector<ConfigMap>({
      name: 'authentication-config-map',
      client: this.#client,
      selection: { namespace, fieldSelector: `metadata.name=${name}` },
      target: {
        replace: (configMaps) => {
          for (const configMap of configMaps) take(configMap);
        },
        apply: ({ type, object }) => {
          if (type !== 'DELETED') take(object);
        },
      },
      clock,
      random,
      log,
    }).run(signal);
  }

  /** Returns true if the configuration has changed. */
  #take({ data = {} }: ConfigMap): boolean {
    const text = JSON.stringify(Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    if (text === this.#seen) return false;
    this.#current = clusterAuthentication(data);
    this.#seen = text;
    return true;
  }
}

/** @throws Error if a value does not have the format that the API server writes */
export function clusterAuthentication(
  data: Readonly<Record<string, string>>,
): ClusterAuthentication {
  const clientAuthorities = parseCertificates(data['client-ca-file'] ?? '');
  const authorities = parseCertificates(data['requestheader-client-ca-file'] ?? '');
  if (authorities.length === 0) return { clientAuthorities };
  const words = (key: string): readonly string[] => stringList(key, data[key]);
  const headers = (key: string): readonly string[] => words(key).map((word) => word.toLowerCase());
  return {
    clientAuthorities,
    requestHeader: {
      authorities,
      allowedNames: words('requestheader-allowed-names'),
      usernameHeaders: headers('requestheader-username-headers'),
      uidHeaders: headers('requestheader-uid-headers'),
      groupHeaders: headers('requestheader-group-headers'),
      extraHeaderPrefixes: headers('requestheader-extra-headers-prefix'),
    },
  };
}

/** @throws TypeError that names the key */
function stringList(key: string, text = '[]'): readonly string[] {
  const value = parsed(text);
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  throw new TypeError(`${key} is not a JSON list of strings: ${text}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
