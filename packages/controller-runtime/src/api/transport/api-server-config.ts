/** What a TLS connection to the API server needs; PEM text or bytes. */
export interface ApiServerTls {
  /** Certificate authorities; the system's where absent. */
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  /** Name that the server's certificate must bear, where it is not the URL's host. */
  readonly servername?: string;
  /** False only where the user asked for it (`insecure-skip-tls-verify`). */
  readonly rejectUnauthorized: boolean;
}

/** Headers that identify us, such as `authorization`. A list repeats the header. */
export type AuthHeaders = Readonly<Record<string, string | readonly string[]>>;

/** Where the headers that identify us come from. */
export interface ApiCredentials {
  /** The current headers. Concurrent callers share one refresh. @throws whatever the source of the credential throws */
  headers(options?: { readonly signal?: AbortSignal }): Promise<AuthHeaders>;
  /** Says that the server refused these headers: the next {@link headers} fetches them again. Older ones are ignored. */
  refuse(headers: AuthHeaders): void;
  /** Says that the server accepted these headers. */
  accept?(headers: AuthHeaders): void;
}

/** Which API server to call, and as whom. Made by `loadKubeConfig`. */
export interface ApiServerConfig {
  /** URL of the server, without a slash at its end; may hold a path. */
  readonly server: string;
  /** Read for each new connection, so that rotated files come into use. */
  readonly tls: () => Promise<ApiServerTls>;
  readonly credentials: ApiCredentials;
  /** Proxy for all connections, `http://` or `https://`. */
  readonly proxyUrl?: string;
  /** Namespace of the context or the pod, where one is set. */
  readonly namespace?: string;
  /** Where this came from, for messages, e.g. `kubeconfig /etc/ccm.conf, context "main"`. */
  readonly source: string;
}
