import type { SecretSource, Signature, Signer } from '@k8s-ccm/cloud-http';
import { currentSecret, Secret } from '@k8s-ccm/cloud-http';
import type { Credentials } from './credentials.ts';

/** Options of {@link tokenCredentials}: a bearer token that another party issues and renews. */
export interface TokenCredentialsOptions {
  /** The token, or a function that returns the current one, for example from a file that is rotated. */
  readonly token: SecretSource;
  /**
   * Name of the account, so that its clients share one budget. Default: each call of `tokenCredentials` creates a
   * separate account.
   */
  readonly account?: string;
}

let unnamedAccounts = 0;

/** Creates credentials that send a bearer token. See inspur-api.md#bearer-token. */
export function tokenCredentials(options: TokenCredentialsOptions): Credentials {
  const { token } = options;
  const signer: Signer = {
    sign: async (_request, { now }) => {
      const secret = await currentSecret(token);
      const signature = bearerSignature(secret, now);
      if (token instanceof Secret) return signature;
      // A function may return a newer token now; the same token would be refused again.
      const refused = async (): Promise<boolean> =>
        (await currentSecret(token)).reveal() !== secret.reveal();
      return { ...signature, refused };
    },
  };
  return {
    kind: 'token',
    account: `token:${options.account ?? `unnamed-${(unnamedAccounts += 1)}`}`,
    signer: () => signer,
  };
}

/**
 * Returns the signature of a call with a bearer token. It includes the date, in UTC and in the format of RFC 1123. See
 * inspur-api.md#token-exchange.
 */
export function bearerSignature(token: Secret, now: number): Signature {
  const date = new Date(now).toUTCString();
  const headers = { authorization: `Bearer ${token.reveal()}`, date };
  return { headers, secrets: [token], varying: [date] };
}
