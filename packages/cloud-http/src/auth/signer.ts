import type { Secret } from './secret.ts';

/** A request about to be sent, with everything that a signature may cover. */
export interface OutgoingRequest {
  readonly method: string;
  /** URL without the query. */
  readonly url: URL;
  /** Query parameters, not encoded. */
  readonly query: Readonly<Record<string, string>>;
  /** Form parameters, not encoded. Empty if the body is not a form. */
  readonly form: Readonly<Record<string, string>>;
  /** The encoded body. Absent if the request has none. */
  readonly body?: string;
}

/** Context of {@link Signer.sign}. */
export interface SigningContext {
  /** Cancels the attempt that is being signed. */
  readonly signal: AbortSignal;
  /** Time of the attempt, in epoch milliseconds. */
  readonly now: number;
}

/** Additions of a signer to one attempt. */
export interface Signature {
  readonly headers: Readonly<Record<string, string>>;
  /** Query parameters to add, not encoded. */
  readonly query?: Readonly<Record<string, string>>;
  /** Secrets that error texts must not contain, even if the cloud's response echoes them. */
  readonly secrets?: readonly Secret[];
  /**
   * Values that differ between attempts, such as a time and a nonce. Error texts omit them, so that the same failure
   * has the same text.
   */
  readonly varying?: readonly string[];
  /**
   * Notifies the signer that the cloud refused this signature with 401. Returns whether a new signature may be
   * accepted; if so, the client makes one more attempt. Absent if a new signature never helps.
   */
  refused?(): boolean | Promise<boolean>;
  /** Notifies the signer that the cloud accepted this signature. */
  accepted?(): void;
}

/** Authenticates requests. Called once per attempt, because the cloud refuses a repeated nonce as a replay. */
export interface Signer {
  sign(request: OutgoingRequest, context: SigningContext): Promise<Signature>;
}
