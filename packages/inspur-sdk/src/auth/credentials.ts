import type { CloudClient, Clock, Random, Signer } from '@k8s-ccm/cloud-http';

/** What credentials may use to prove themselves. */
export interface CredentialsContext {
  /** Makes the calls to where tokens are issued; without budget and signature. */
  readonly client: CloudClient;
  readonly clock: Clock;
  readonly random: Random;
}

/** Who calls. Made by `keycloakCredentials`, `accessKeyCredentials` or `tokenCredentials`. See inspur-api.md#authentication. */
export interface Credentials {
  readonly kind: 'keycloak' | 'access-key' | 'token';
  /** Names the account without telling a secret; clients with the same name share one budget. */
  readonly account: string;
  /** A signer for one client. */
  signer(context: CredentialsContext): Signer;
}
