/** Who asks, as Kubernetes tells users apart. */
export interface UserInfo {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  /** What else the authenticator says of the user, for the authorizer. */
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

const unauthenticatedGroup = 'system:unauthenticated';

/** Whoever shows no credentials. */
export const anonymous: UserInfo = {
  name: 'system:anonymous',
  groups: [unauthenticatedGroup],
  extra: {},
};

/** Members may do everything. */
export const mastersGroup = 'system:masters';

const authenticatedGroup = 'system:authenticated';

/**
 * The user with the group that everybody has whose credentials are good. Whoever a proxy hands on as
 * anonymous stays so: the credentials were the proxy's.
 */
export function authenticated(user: UserInfo): UserInfo {
  const { name, groups } = user;
  if (name === anonymous.name || groups.includes(unauthenticatedGroup)) return user;
  if (groups.includes(authenticatedGroup)) return user;
  return { ...user, groups: [...groups, authenticatedGroup] };
}
