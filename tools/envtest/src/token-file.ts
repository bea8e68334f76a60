/** A user of the API server. */
export interface UserSpec {
  /** The name in the request, for example `jane` or `system:serviceaccount:kube-system:ccm`. */
  readonly name: string;
  /** Groups beside `system:authenticated`; `system:masters` may do everything. Default none. */
  readonly groups?: readonly string[];
}

/** A user with the token that proves it. */
export interface KnownUser extends UserSpec {
  readonly token: string;
}

/** The text for kube-apiserver's `--token-auth-file`: token, name, uid, groups. */
export function tokenFileText(users: readonly KnownUser[]): string {
  return users
    .map(({ name, token, groups = [] }) =>
      [token, name, name, groups.join(',')].map((field) => `"${field}"`).join(','),
    )
    .map((line) => `${line}\n`)
    .join('');
}
