import type { PresentedCertificate } from './client-certificate.ts';
import { anonymous, authenticated } from './user-info.ts';
import type { UserInfo } from './user-info.ts';

/** What a request shows of who sends it. */
export interface ShownCredentials {
  /** Where the request comes from, by `ClientSources`. */
  readonly source: string;
  /** By lower-case name; each line of the request is one value. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  readonly certificate?: PresentedCertificate;
}

/** What an authenticator makes of it. */
export type Authentication =
  | { readonly kind: 'user'; readonly user: UserInfo }
  /** There are no credentials of its kind. */
  | { readonly kind: 'none' }
  /** There are, and they are not good. `reason` is for the log. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Finds out who sends a request. */
export interface Authenticator {
  /** @throws Error where it cannot be found out at the moment */
  authenticate(shown: ShownCredentials): Promise<Authentication> | Authentication;
}

/** Who sends a request, once all authenticators have been asked. */
export type Identity =
  | { readonly kind: 'user'; readonly user: UserInfo; readonly isAnonymous: boolean }
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

/**
 * Asks one after the other; the first that knows the user decides. Where none does, credentials that
 * are not good are refused, and whoever shows none is anonymous.
 */
export async function identify(
  authenticators: readonly Authenticator[],
  shown: ShownCredentials,
): Promise<Identity> {
  const reasons: string[] = [];
  for (const authenticator of authenticators) {
    const result = await authenticator.authenticate(shown);
    if (result.kind === 'user') {
      return { kind: 'user', user: authenticated(result.user), isAnonymous: false };
    }
    if (result.kind === 'refused') reasons.push(result.reason);
  }
  if (reasons.length > 0) return { kind: 'refused', reasons };
  return { kind: 'user', user: anonymous, isAnonymous: true };
}
