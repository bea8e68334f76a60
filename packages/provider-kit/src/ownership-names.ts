/**
 * How many hexadecimal digits of an object's UID its cloud resources carry in their names. 16 digits
 * keep the odds that two objects of one account share them negligible; 8 do not.
 */
export const ownerIdLength = 16;

const ownerPattern = new RegExp(`^[0-9a-f]{${ownerIdLength}}$`);

/** A name that says which Kubernetes object a cloud resource was made for: `<prefix>_<owner>_<part>_…`. */
export interface OwnedName {
  /** The first {@link ownerIdLength} hexadecimal digits of the owner's UID. */
  readonly owner: string;
  readonly parts: readonly string[];
}

/**
 * Returns the part of a UID that stands in names: its first {@link ownerIdLength} hexadecimal digits,
 * without dashes.
 *
 * @throws Error if the UID has fewer digits
 */
export function ownerId(uid: string): string {
  const owner = uid.replaceAll('-', '').slice(0, ownerIdLength).toLowerCase();
  if (!ownerPattern.test(owner)) throw new Error(`the UID "${uid}" cannot name an owner`);
  return owner;
}

/**
 * Returns the name under which a resource of this owner is found again, because not every cloud has
 * idempotency keys. `prefix` and `parts` must not be empty and must not contain `_`.
 *
 * @throws Error if a part would make the name ambiguous
 */
export function ownedName({
  prefix,
  uid,
  parts,
}: {
  readonly prefix: string;
  readonly uid: string;
  readonly parts: readonly string[];
}): string {
  for (const part of [prefix, ...parts]) {
    if (part === '' || part.includes('_')) throw new Error(`"${part}" cannot be part of a name`);
  }
  return [prefix, ownerId(uid), ...parts].join('_');
}

/** Reads a name that {@link ownedName} made; `undefined` for any other text. */
export function parseOwnedName(
  name: string,
  { prefix }: { readonly prefix: string },
): OwnedName | undefined {
  const [actualPrefix, owner = '', ...parts] = name.split('_');
  if (actualPrefix !== prefix || !ownerPattern.test(owner)) return undefined;
  return parts.includes('') ? undefined : { owner, parts };
}

/** Whether {@link ownedName} made the name for this owner. */
export function isOwnedBy(
  name: string,
  { prefix, uid }: { readonly prefix: string; readonly uid: string },
): boolean {
  return parseOwnedName(name, { prefix })?.owner === ownerId(uid);
}
