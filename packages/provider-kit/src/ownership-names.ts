/** How many characters of an object's UID its cloud resources carry in their names. */
export const ownerIdLength = 8;

/** A name that says which Kubernetes object made a cloud resource: `<prefix>_<owner>_<part>_…`. */
export interface OwnedName {
  /** The first {@link ownerIdLength} characters of the owner's UID. */
  readonly owner: string;
  readonly parts: readonly string[];
}

/**
 * The part of a UID that stands in names.
 *
 * @throws Error where the UID is too short to tell its owner from others.
 */
export function ownerId(uid: string): string {
  const owner = uid.slice(0, ownerIdLength);
  if (owner.length < ownerIdLength || owner.includes('_')) {
    throw new Error(`the UID "${uid}" cannot name an owner`);
  }
  return owner;
}

/**
 * The name under which a resource of this owner is found again; no API of the cloud has to have
 * idempotency keys. `prefix` and `parts` are not empty and hold no `_`.
 *
 * @throws Error where a part would make the name ambiguous.
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

/** Reads a name back; `undefined` where it is not exactly of the form that {@link ownedName} makes. */
export function parseOwnedName(name: string, { prefix }: { readonly prefix: string }) {
  const [actualPrefix, owner, ...parts] = name.split('_');
  if (actualPrefix !== prefix || owner?.length !== ownerIdLength) return undefined;
  if (parts.some((part) => part === '')) return undefined;
  return { owner, parts } satisfies OwnedName;
}

/** True where the name is of our form and carries this owner. */
export function isOwnedBy(
  name: string,
  { prefix, uid }: { readonly prefix: string; readonly uid: string },
): boolean {
  return parseOwnedName(name, { prefix })?.owner === ownerId(uid);
}
