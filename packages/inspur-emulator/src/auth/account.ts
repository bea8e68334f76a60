/** An account of the emulated cloud with the credentials that it accepts. */
export interface Account {
  /** Owner id of the account's load balancers. */
  readonly userId: string;
  /** Keycloak token exchange (inspur-api.md#token-exchange). */
  readonly keycloak: {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly requestedSubject: string;
  };
  /** AK/SK request signature (inspur-api.md#access-key-signature). */
  readonly accessKey: { readonly id: string; readonly secret: string };
  /** A bearer token that does not expire (`kktoken` in inspur-api.md#token-exchange, inspur-api.md#bearer-token). */
  readonly token: string;
}

/** The account that an emulator has where none is named. Nothing of it is secret. */
export const defaultAccount: Account = {
  userId: 'user-1',
  keycloak: { clientId: 'ccm', clientSecret: 'emulator-client-secret', requestedSubject: 'user-1' },
  accessKey: { id: 'AKEMULATOR', secret: 'emulator-secret-key' },
  token: 'emulator-static-token',
};

/** Who calls, and by what. */
export interface Caller {
  readonly userId: string;
  /** Which credential, for the record of calls; never its secret part. */
  readonly credential: string;
}
