/** An account of the emulated cloud, with the credentials that it accepts. */
export interface Account {
  /** User ID that owns the account's load balancers. */
  readonly userId: string;
  /** Credentials of the Keycloak token exchange (inspur-api.md#token-exchange). */
  readonly keycloak: {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly requestedSubject: string;
  };
  /** Access key for signed requests (AK/SK, inspur-api.md#access-key-signature). */
  readonly accessKey: { readonly id: string; readonly secret: string };
  /** Bearer token that does not expire (`kktoken` in inspur-api.md#token-exchange, inspur-api.md#bearer-token). */
  readonly token: string;
}

/** The account of an emulator for which no account is configured. It contains no real secrets. */
export const defaultAccount: Account = {
  userId: 'user-1',
  keycloak: { clientId: 'ccm', clientSecret: 'emulator-client-secret', requestedSubject: 'user-1' },
  accessKey: { id: 'AKEMULATOR', secret: 'emulator-secret-key' },
  token: 'emulator-static-token',
};

/** The account that makes a call, and the credential that it uses. */
export interface Caller {
  readonly userId: string;
  /** Name of the credential for the call log, without secrets. */
  readonly credential: string;
}
