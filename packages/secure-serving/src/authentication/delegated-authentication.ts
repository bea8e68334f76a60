import type { X509Certificate } from 'node:crypto';
import type { Clock, KubeClient, Random } from '@k8s-ccm/controller-runtime';
import { parseCertificates } from '@k8s-ccm/foundation';
import type { Logger } from '@k8s-ccm/foundation';
import type { FileReloads } from '../files/file-reloads.ts';
import { FileValue } from '../files/file-value.ts';
import { AuthenticationConfigMap } from './authentication-config-map.ts';
import type { Authenticator } from './authenticator.ts';
import { CertificateAuthenticator } from './certificate-authenticator.ts';
import { RequestHeaderAuthenticator } from './request-header-authenticator.ts';
import type { RequestHeaderSettings } from './request-header-authenticator.ts';
import { TokenAuthenticator } from './token-authenticator.ts';
import { kubeTokenReviewer } from './token-review.ts';

/** Authentication settings as the flags express them; the defaults are upstream's (contract.md#flags). */
export interface AuthenticationFlags {
  readonly tokenCacheTtlMs: number;
  /** If empty, the ConfigMap of the cluster is used. */
  readonly clientCaFile: string;
  readonly requestHeader: Omit<RequestHeaderSettings, 'authorities'> & {
    /** If empty, all settings come from the ConfigMap of the cluster. */
    readonly clientCaFile: string;
  };
  /** True if an authenticating proxy may set the UID of the user (feature gate RemoteRequestHeaderUID). */
  readonly takesUid: boolean;
  readonly skipLookup: boolean;
  readonly tolerateLookupFailure: boolean;
}

/** Options of {@link DelegatedAuthentication.open}. */
export interface DelegatedAuthenticationOptions {
  readonly flags: AuthenticationFlags;
  /** Absent: tokens are ignored, and nothing is looked up in the cluster. */
  readonly client?: KubeClient | undefined;
  readonly reloads: FileReloads;
  /** Is called after the certificate authorities have changed. */
  readonly onChange: () => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Authenticates requests by authenticating proxy, client certificate and token, in upstream's order. */
export class DelegatedAuthentication implements Disposable {
  readonly authenticators: readonly Authenticator[];
  readonly #options: DelegatedAuthenticationOptions;
  readonly #clientAuthorities: () => readonly X509Certificate[];
  readonly #requestHeader: () => RequestHeaderSettings | undefined;
  readonly #configMap: AuthenticationConfigMap | undefined;
  readonly #tokens: TokenAuthenticator | undefined;

  private constructor(options: DelegatedAuthenticationOptions, sources: Sources) {
    const { client, clock, flags } = options;
    this.#options = options;
    this.#configMap = sources.configMap;
    this.#clientAuthorities = () =>
      sources.clientAuthorities?.current ?? this.#configMap?.current.clientAuthorities ?? [];
    this.#requestHeader = () => {
      const authorities = sources.proxyAuthorities?.current;
      const settings =
        authorities === undefined
          ? this.#configMap?.current.requestHeader
          : { ...inLowerCase(flags.requestHeader), authorities };
      return settings && !flags.takesUid ? { ...settings, uidHeaders: [] } : settings;
    };
    this.#tokens =
      client === undefined
        ? undefined
        : new TokenAuthenticator({
            reviewer: kubeTokenReviewer(client),
            ttlMs: flags.tokenCacheTtlMs,
            clock,
          });
    this.authenticators = [
      new RequestHeaderAuthenticator(this.#requestHeader, clock),
      new CertificateAuthenticator(this.#clientAuthorities, clock),
      ...(this.#tokens === undefined ? [] : [this.#tokens]),
    ];
  }

  /**
   * Loads the certificate authorities.
   * @throws Error that names the file or the ConfigMap that cannot be read
   */
  static async open(options: DelegatedAuthenticationOptions): Promise<DelegatedAuthentication> {
    return new DelegatedAuthentication(options, await openSources(options));
  }

  /** All certificate authorities for clients, for the TLS handshake. */
  get authorities(): readonly X509Certificate[] {
    return [...this.#clientAuthorities(), ...(this.#requestHeader()?.authorities ?? [])];
  }

  /** Aborts pending token reviews. */
  [Symbol.dispose](): void {
    this.#tokens?.[Symbol.dispose]();
  }

  /** Watches the ConfigMap until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#configMap?.run(this.#options.onChange, signal);
  }
}

interface Sources {
  readonly clientAuthorities?: FileValue<readonly X509Certificate[]> | undefined;
  readonly proxyAuthorities?: FileValue<readonly X509Certificate[]> | undefined;
  readonly configMap?: AuthenticationConfigMap | undefined;
}

async function openSources(options: DelegatedAuthenticationOptions): Promise<Sources> {
  const { flags } = options;
  const clientAuthorities = await openBundle('client CA', flags.clientCaFile, options);
  const proxyFile = flags.requestHeader.clientCaFile;
  const proxyAuthorities = await openBundle('request header CA', proxyFile, options);
  const isComplete = clientAuthorities !== undefined && proxyAuthorities !== undefined;
  const configMap = isComplete ? undefined : await lookUp(options);
  return { clientAuthorities, proxyAuthorities, configMap };
}

async function openBundle(
  name: string,
  file: string,
  { reloads, onChange }: DelegatedAuthenticationOptions,
): Promise<FileValue<readonly X509Certificate[]> | undefined> {
  if (file === '') return undefined;
  const value = await FileValue.open({ name, files: [file], parse: (pem = '') => bundleOf(pem) });
  reloads.watch(value, onChange);
  return value;
}

function bundleOf(pem: string): readonly X509Certificate[] {
  const certificates = parseCertificates(pem);
  if (certificates.length === 0) throw new Error('the file contains no certificate');
  return certificates;
}

async function lookUp(
  options: DelegatedAuthenticationOptions,
): Promise<AuthenticationConfigMap | undefined> {
  const { flags, client, clock, random, log, signal } = options;
  if (flags.skipLookup || client === undefined) return undefined;
  const configMap = new AuthenticationConfigMap({ client, clock, random, log });
  try {
    await configMap.load(signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!flags.tolerateLookupFailure) throw error;
    log.warn(
      'authentication lookup failed, client certificates are not accepted until it succeeds',
      {
        error,
      },
    );
  }
  return configMap;
}

function inLowerCase(
  settings: Omit<RequestHeaderSettings, 'authorities'>,
): Omit<RequestHeaderSettings, 'authorities'> {
  return {
    allowedNames: settings.allowedNames,
    usernameHeaders: lower(settings.usernameHeaders),
    uidHeaders: lower(settings.uidHeaders),
    groupHeaders: lower(settings.groupHeaders),
    extraHeaderPrefixes: lower(settings.extraHeaderPrefixes),
  };
}

function lower(names: readonly string[]): readonly string[] {
  return names.map((name) => name.toLowerCase());
}
