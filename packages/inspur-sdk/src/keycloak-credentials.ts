import type { SecretSource } from '@k8s-ccm/cloud-http';
import type { Credentials } from './credentials.ts';

/** A client of Keycloak that may act for a user. Field names are those of the cloud-config. */
export interface KeycloakCredentialsOptions {
  /** Where tokens are issued. */
  readonly url: string;
  readonly clientId: string;
  /** The client's secret, or a function that yields the current one. */
  readonly clientSecret: SecretSource;
  /** Id of the user to act for. */
  readonly requestedSubject: string;
}

/** Credentials that exchange a client secret for short-lived tokens. inspur.md §1.1. */
export function keycloakCredentials(options: KeycloakCredentialsOptions): Credentials {
  return {
    kind: 'keycloak',
    account: `keycloak:${options.url}|${options.requestedSubject}`,
    signer: () => ({ sign: () => Promise.reject(new Error('not yet')) }),
  };
}
