import type { SecretSource, Signature, Signer } from '@k8s-ccm/cloud-http';
import { currentSecret, Secret } from '@k8s-ccm/cloud-http';
import type { Credentials } from './credentials.ts';

/** A bearer token that somebody else issues and renews. */
export interface TokenCredentialsOptions {
  /** The token, or a function that yields the current one, for a token in a file that is rotated. */
  readonly token: SecretSource;
  /** Names the account, so that its clients share one budget. Default: each call of `tokenCredentials` is an account of its own. */
  readonly account?: string;
}

let unnamedAccounts = 0;

/** Credentials that send a bearer token. See inspur-api.md#bearer-token. */
export function tokenCredentials(options: TokenCredentialsOptions): Credentials {
  const { token } = options;
  const signer: Signer = {
    sign: async (_request, { now }) => {
      const secret = await currentSecret(token);
      const signature = bearerSignature(secret, now);
      if (token instanceof Secret) return signature;
      // A function may know a newer token by now; the same one would be refused again.
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

/** The signature of a call with a bearer token: also the date, in UTC as RFC 1123 writes it. See inspur-api.md#token-exchange. */
export function bearerSignature(token: Secret, now: number): Signature {
  const date = new Date(now).toUTCString();
  const headers = { authorization: `Bearer ${token.reveal()}`, date };
  return { headers, secrets: [token], varying: [date] };
}
