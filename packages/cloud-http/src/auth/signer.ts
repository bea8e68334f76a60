import type { Secret } from './secret.ts';

/** What is about to be sent, as a signature may have to cover it. */
export interface OutgoingRequest {
  readonly method: string;
  /** The address without the query. */
  readonly url: URL;
  /** Query parameters, not encoded. */
  readonly query: Readonly<Record<string, string>>;
  /** Form parameters, not encoded; empty unless the body is a form. */
  readonly form: Readonly<Record<string, string>>;
  /** The body as it goes out; absent where there is none. */
  readonly body?: string;
}

/** What a signer may use while it signs. */
export interface SigningContext {
  /** Ends the attempt that is being signed. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds of this attempt. */
  readonly now: number;
}

/** What a signer adds to one attempt. */
export interface Signature {
  readonly headers: Readonly<Record<string, string>>;
  /** Query parameters to add, not encoded. */
  readonly query?: Readonly<Record<string, string>>;
  /** What no error text may repeat, should the cloud's answer echo it. */
  readonly secrets?: readonly Secret[];
  /**
   * Values that differ from attempt to attempt, such as a time and a nonce. Error texts leave them out, so that the same
   * failure has the same text.
   */
  readonly varying?: readonly string[];
  /**
   * Tells the signer that the cloud answered 401 to this very signature. Gives whether a new signature may do better; the
   * client then tries once more. Absent if it never does.
   */
  refused?(): boolean | Promise<boolean>;
  /** Tells the signer that the cloud did what was asked with this very signature. */
  accepted?(): void;
}

/** Proves who calls. Asked once per attempt, because a nonce that is sent twice is refused as a replay. */
export interface Signer {
  sign(request: OutgoingRequest, context: SigningContext): Promise<Signature>;
}
