import { X509Certificate } from 'node:crypto';
import type { Clock, KubeClient, MetricsRegistry, Random } from '@k8s-ccm/controller-runtime';
import type { Logger } from '@k8s-ccm/foundation';
import { DelegatedAuthentication } from './authentication/delegated-authentication.ts';
import type { AuthenticationFlags } from './authentication/delegated-authentication.ts';
import { kubeAccessReviewer } from './authorization/access-review.ts';
import { Authorizer } from './authorization/authorizer.ts';
import type { AuthorizerOptions } from './authorization/authorizer.ts';
import { FileReloads } from './files/file-reloads.ts';
import type { Router } from './http/endpoint.ts';
import { HttpsListener } from './http/https-listener.ts';
import type { HttpsListenerOptions, TlsContext } from './http/https-listener.ts';
import { handle } from './http/request-handler.ts';
import { ClientSources } from './limits/client-sources.ts';
import { ServingCertificates } from './tls/serving-certificates.ts';
import type { CertificateSources } from './tls/serving-certificates.ts';
import { tlsSettings } from './tls/tls-settings.ts';
import type { TlsFlags } from './tls/tls-settings.ts';

/** Options of {@link startServing}. */
export interface ServingOptions {
  readonly address: string;
  /** The port to listen on. 0 selects any free port. */
  readonly port: number;
  /** True if several processes may listen on the port (`--permit-port-sharing`). */
  readonly isPortShared: boolean;
  readonly certificates: CertificateSources;
  readonly tls: TlsFlags;
  readonly authentication: AuthenticationFlags;
  readonly authorization: Omit<AuthorizerOptions, 'reviewer' | 'clock'>;
  /** Client for TokenReviews and for the authentication ConfigMap. Absent: neither is used. */
  readonly authenticationClient?: KubeClient | undefined;
  /**
   * Client for SubjectAccessReviews. Absent: only members of `system:masters` may access paths that require
   * authorization.
   */
  readonly authorizationClient?: KubeClient | undefined;
  readonly router: Router;
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Limits for clients. Default: see {@link HttpsListenerOptions}. */
  readonly limits?: HttpsListenerOptions['limits'];
  /** Aborts the start. */
  readonly signal: AbortSignal;
}

/** A running HTTPS server. */
export interface Serving extends AsyncDisposable {
  readonly port: number;
  /** The certificate for clients that request no host, PEM. */
  readonly certificate: string;
}

/**
 * Serves over HTTPS to clients that the API server authenticates and authorizes (contract.md#endpoints).
 * Certificates are reloaded when their files change.
 * @throws Error that names the file, the ConfigMap or the port that cannot be used
 */
export async function startServing(options: ServingOptions): Promise<Serving> {
  const { address, port, isPortShared, router, metrics, clock, random, log, signal } = options;
  const settings = tlsSettings(options.tls);
  const reloads = new FileReloads({ metrics, clock, log });
  let listener: HttpsListener | undefined;
  const onChange = (): void => listener?.setTls(context());
  const certificates = await ServingCertificates.open(options.certificates, {
    clock,
    reloads,
    onChange,
  });
  const authentication = await DelegatedAuthentication.open({
    flags: options.authentication,
    client: options.authenticationClient,
    reloads,
    onChange,
    clock,
    random,
    log,
    signal,
  });
  const authorizer = new Authorizer({
    ...options.authorization,
    ...(options.authorizationClient === undefined
      ? {}
      : { reviewer: kubeAccessReviewer(options.authorizationClient) }),
    clock,
  });
  const context = (): TlsContext => {
    const base = {
      ...settings,
      ca: authentication.authorities.map(String),
    };
    const forHost = certificates.contexts(base);
    return { options: { ...base, ...certificates.pair }, forHost };
  };
  const { authenticators } = authentication;
  listener = await HttpsListener.open({
    address,
    port,
    isPortShared,
    tls: context(),
    limits: options.limits,
    sources: new ClientSources({ clock }),
    onRequest: (request, response, source) => {
      void handle({ router, authenticators, authorizer, log }, { request, response, source });
    },
    log,
  });
  const stop = new AbortController();
  const following = Promise.all([reloads.run(stop.signal), authentication.run(stop.signal)]);
  return {
    port: listener.port,
    get certificate() {
      return String(new X509Certificate(certificates.pair.cert));
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort(new Error('serving ends'));
      await listener[Symbol.asyncDispose]();
      // Pending reviews are no longer needed, and would keep the clients from closing.
      authentication[Symbol.dispose]();
      authorizer[Symbol.dispose]();
      await following;
    },
  };
}
