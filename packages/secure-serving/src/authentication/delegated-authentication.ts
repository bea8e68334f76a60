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

/** What the flags say of authentication; the defaults are upstream's (contract.md#flags). */
export interface AuthenticationFlags {
  readonly tokenCacheTtlMs: number;
  /** Empty: the cluster's config map. */
  readonly clientCaFile: string;
  readonly requestHeader: Omit<RequestHeaderSettings, 'authorities'> & {
    /** Empty: the cluster's config map, for all of it. */
    readonly clientCaFile: string;
  };
  /** Whether a proxy may say the user's UID (the feature gate RemoteRequestHeaderUID). */
  readonly takesUid: boolean;
  readonly skipLookup: boolean;
  readonly tolerateLookupFailure: boolean;
}

/** What authentication stands on. */
export interface DelegatedAuthenticationOptions {
  readonly flags: AuthenticationFlags;
  /** Absent: tokens mean nothing, and nothing is looked up. */
  readonly client?: KubeClient | undefined;
  readonly reloads: FileReloads;
  /** Called after the authorities have changed. */
  readonly onChange: () => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Finds out who asks: proxies, client certificates, tokens, in upstream's order. */
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

  /** Reads the authorities. @throws Error that names the file or the config map that cannot be read */
  static async open(options: DelegatedAuthenticationOptions): Promise<DelegatedAuthentication> {
    return new DelegatedAuthentication(options, await openSources(options));
  }

  /** All certificates that vouch for a client, as a server needs them for its handshakes. */
  get authorities(): readonly X509Certificate[] {
    return [...this.#clientAuthorities(), ...(this.#requestHeader()?.authorities ?? [])];
  }

  /** Gives up what is being asked about tokens. */
  [Symbol.dispose](): void {
    this.#tokens?.[Symbol.dispose]();
  }

  /** Follows the config map until the signal aborts. */
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
  if (certificates.length === 0) throw new Error('there is no certificate');
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
    log.warn('authentication lookup failed, client certificates are not accepted until it works', {
      error,
    });
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
