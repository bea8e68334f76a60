import type { PresentedCertificate } from './client-certificate.ts';
import { anonymous, authenticated } from './user-info.ts';
import type { UserInfo } from './user-info.ts';

/** The credentials of a request. */
export interface ShownCredentials {
  /** The source of the request, see `ClientSources`. */
  readonly source: string;
  /** Headers by lower-case name, with one value for each line of the request. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  readonly certificate?: PresentedCertificate;
}

/** The result of an {@link Authenticator}. */
export type Authentication =
  | { readonly kind: 'user'; readonly user: UserInfo }
  /** The request has no credentials that this authenticator supports. */
  | { readonly kind: 'none' }
  /** The credentials are invalid. `reason` is for the log. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Authenticates a request by one kind of credentials. */
export interface Authenticator {
  /** @throws Error if the user cannot be determined now */
  authenticate(shown: ShownCredentials): Promise<Authentication> | Authentication;
}

/** The result of {@link authenticate}. */
export type Identity =
  | { readonly kind: 'user'; readonly user: UserInfo; readonly isAnonymous: boolean }
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

/**
 * Asks the authenticators in order; the first that knows the user decides. Otherwise, invalid credentials are
 * refused, and a request without credentials is anonymous.
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
