/** One request that a provider sent to its cloud. */
export interface ApiRequest {
  /** The operation's name in the cloud's API, for example `ListListeners`. */
  readonly operation: string;
  /** The cloud's own code of a refusal, else the HTTP status; `none` where no answer came. */
  readonly code: string;
  readonly durationSeconds: number;
}

/** Where a provider reports what is counted of it, without knowing how metrics are made. */
export interface ProviderMetrics {
  /** Counts one request on the wire; a repeated call is one for each try. */
  observeApiRequest(request: ApiRequest): void;
  /** Says that an endpoint's certificate is not verified, for as long as the process lives. */
  setTlsVerificationDisabled(endpoint: string): void;
}
