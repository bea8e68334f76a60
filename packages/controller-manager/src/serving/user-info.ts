/** Who asks, as Kubernetes tells users apart. */
export interface UserInfo {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  /** What else the authenticator says of the user, for the authorizer. */
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** Whoever shows no credentials. */
export const anonymous: UserInfo = {
  name: 'system:anonymous',
  groups: ['system:unauthenticated'],
  extra: {},
};

/** Members may do everything. */
export const mastersGroup = 'system:masters';

const authenticatedGroup = 'system:authenticated';

/** The user with the group that everybody has whose credentials are good. */
export function authenticated(user: UserInfo): UserInfo {
  if (user.groups.includes(authenticatedGroup)) return user;
  return { ...user, groups: [...user.groups, authenticatedGroup] };
}
