/** One request that a provider sent to its cloud. */
export interface ApiRequest {
  /** The operation's name in the cloud's API, for example `ListListeners`. */
  readonly operation: string;
  /** The cloud's own code of a refusal, else the HTTP status; `none` where no answer came. */
  readonly code: string;
  readonly durationSeconds: number;
  /**
   * Whether the cloud did its part: it knew the caller, and did the work or refused it for a reason
   * of its own. Default: `code` is an HTTP status of success.
   */
  readonly answered?: boolean;
  /** Whether the same request is sent again after this one. Default false. */
  readonly retried?: boolean;
  /** Whether the cloud asked for fewer requests. Default false. */
  readonly throttled?: boolean;
  /** Seconds that it waited for the account's budget before it was sent. Default 0. */
  readonly waitSeconds?: number;
}

/** What an account may still ask of the cloud. */
export interface ApiBudget {
  /** Requests that may be sent now beside those in flight. */
  readonly available: number;
  /** Requests per second that are allowed now; Infinity where nothing bounds them. */
  readonly callsPerSecond: number;
}

/** Where a provider reports what is counted of it, without knowing how metrics are made. */
export interface ProviderMetrics {
  /** Counts one request on the wire; a repeated call is one for each try. */
  observeApiRequest(request: ApiRequest): void;
  /** Takes the budget that requests come out of; read whenever somebody looks. The newest counts. */
  showBudget(budget: ApiBudget): void;
  /** Says that an endpoint's certificate is not verified, for as long as the process lives. */
  setTlsVerificationDisabled(endpoint: string): void;
}
