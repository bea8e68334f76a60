import type { CloudClient, Clock, Random, Signer } from '@k8s-ccm/cloud-http';

/** Context of {@link Credentials.signer}. */
export interface CredentialsContext {
  /** Client for the token issuer, without budget and signature. */
  readonly client: CloudClient;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Credentials of an account. Create them with `keycloakCredentials`, `accessKeyCredentials`, or `tokenCredentials`. See
 * inspur-api.md#authentication.
 */
export interface Credentials {
  readonly kind: 'keycloak' | 'access-key' | 'token';
  /** Name of the account, without secrets. Clients with the same name share one budget. */
  readonly account: string;
  /** Returns a signer for one client. */
  signer(context: CredentialsContext): Signer;
}
