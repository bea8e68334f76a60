/** TLS material for a connection to the API server, as PEM text or bytes. */
export interface ApiServerTls {
  /** Certificate authorities. Default: those of the system. */
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  /** Name that the server's certificate must have if it differs from the host of the URL. */
  readonly servername?: string;
  /** False only if the user requested it (`insecure-skip-tls-verify`). */
  readonly rejectUnauthorized: boolean;
}

/** Authentication headers, such as `authorization`. A list repeats the header. */
export type AuthHeaders = Readonly<Record<string, string | readonly string[]>>;

/** Source of the authentication headers. */
export interface ApiCredentials {
  /** Returns the current headers. Concurrent callers share one refresh. @throws the error of the source of the credentials */
  headers(options?: { readonly signal?: AbortSignal }): Promise<AuthHeaders>;
  /** Reports that the server refused these headers: the next call of {@link headers} fetches them again. Older headers are ignored. */
  refuse(headers: AuthHeaders): void;
  /** Reports that the server accepted these headers. */
  accept?(headers: AuthHeaders): void;
}

/** The API server to call and the credentials to use. Created by `loadKubeConfig`. */
export interface ApiServerConfig {
  /** URL of the server, without a trailing slash. May contain a path. */
  readonly server: string;
  /** Read for each new connection, so that rotated files take effect. */
  readonly tls: () => Promise<ApiServerTls>;
  readonly credentials: ApiCredentials;
  /** Proxy for all connections, `http://` or `https://`. */
  readonly proxyUrl?: string;
  /** Namespace of the context or the pod, if set. */
  readonly namespace?: string;
  /** Origin of this configuration, for messages; for example, `kubeconfig /etc/ccm.conf, context "main"`. */
  readonly source: string;
}
