import type { X509Certificate } from 'node:crypto';
import type { KubernetesObject } from '@k8s-ccm/cloud-provider';
import { isNotFound, Reflector } from '@k8s-ccm/controller-runtime';
import type { Clock, KubeClient, Random, ResourceClient } from '@k8s-ccm/controller-runtime';
import { errorText, parseCertificates } from '@k8s-ccm/foundation';
import type { Logger } from '@k8s-ccm/foundation';
import type { RequestHeaderSettings } from './request-header-authenticator.ts';

const namespace = 'kube-system';
const name = 'extension-apiserver-authentication';

/** core/v1 ConfigMap, as far as it is read. */
interface ConfigMap extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** What the cluster says of how its clients are known. */
export interface ClusterAuthentication {
  readonly clientAuthorities: readonly X509Certificate[];
  readonly requestHeader?: RequestHeaderSettings;
}

/** What the config map is read with. */
export interface ConfigMapOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** The config map kube-system/extension-apiserver-authentication, in which the API server publishes its authorities. */
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
   * Reads it once. Where there is none, it says nothing, and may come later.
   * @throws Error that names the config map and what lets it be read
   */
  async load(signal: AbortSignal): Promise<void> {
    try {
      this.#take(await this.#client.get({ name, namespace }, { signal }));
    } catch (error) {
      signal.throwIfAborted();
      if (isNotFound(error)) return;
      throw new Error(
        `the config map ${namespace}/${name} cannot be read: ${errorText(error)}; the role ${namespace}/${name}-reader allows it, --authentication-skip-lookup and --authentication-tolerate-lookup-failure go without it`,
        { cause: error },
      );
    }
  }

  /** Follows it until the signal aborts. What cannot be read, or is gone, leaves what was there before. */
  async run(onChange: () => void, signal: AbortSignal): Promise<void> {
    const { clock, random, log } = this.#options;
    const take = (configMap: ConfigMap): void => {
      try {
        if (this.#take(configMap)) onChange();
      } catch (error) {
        log.error('the authentication config map cannot be used, the previous one stays in use', {
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

  /** Gives whether it says something new. */
  #take({ data = {} }: ConfigMap): boolean {
    const text = JSON.stringify(Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    if (text === this.#seen) return false;
    this.#current = clusterAuthentication(data);
    this.#seen = text;
    return true;
  }
}

/** @throws Error where a value is not what the API server writes */
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
  throw new TypeError(`${key} is no list of words: ${text}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
