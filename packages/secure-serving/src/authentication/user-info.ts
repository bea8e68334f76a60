/** A user of Kubernetes. */
export interface UserInfo {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  /** Extra information from the authenticator, for the authorizer. */
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

const unauthenticatedGroup = 'system:unauthenticated';

/** The user of requests without credentials. */
export const anonymous: UserInfo = {
  name: 'system:anonymous',
  groups: [unauthenticatedGroup],
  extra: {},
};

/** The group whose members may do everything. */
export const mastersGroup = 'system:masters';

const authenticatedGroup = 'system:authenticated';

/**
 * Adds the group `system:authenticated` to a user. A user that a proxy reports as anonymous stays anonymous,
 * because the credentials were the proxy's.
 */
export function authenticated(user: UserInfo): UserInfo {
  const { name, groups } = user;
  if (name === anonymous.name || groups.includes(unauthenticatedGroup)) return user;
  if (groups.includes(authenticatedGroup)) return user;
  return { ...user, groups: [...groups, authenticatedGroup] };
}
