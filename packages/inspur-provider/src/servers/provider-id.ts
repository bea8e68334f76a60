/**
 * Writes the provider ID of a server: `incloud://<server-id>`. This format never changes: Nodes keep the ID that they
 * got, and other programs (autoscalers, storage drivers) compare it as text. `incloud` is the name of the provider in
 * the Go program, whose users already have such IDs.
 */
export function formatProviderId(serverId: string): string {
  return `incloud://${serverId}`;
}

/** The result of `parseProviderId`. */
export type ParsedProviderId =
  | { readonly kind: 'server'; readonly serverId: string }
  /** The text is missing, empty or blank. */
  | { readonly kind: 'none' }
  /** The text is the ID of another cloud, or not an ID at all. */
  | { readonly kind: 'foreign' };

/**
 * Reads a provider ID, or the annotation in its place: `incloud://<server-id>`, `inspur://<server-id>` (both also with
 * three slashes) or the bare ID, with or without blanks around it. An ID has at most 128 letters, digits, `.`, `_` and
 * `-`, and is not made of dots alone: it travels in URLs beside the IDs of other servers.
 */
export function parseProviderId(text: string | undefined): ParsedProviderId {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return { kind: 'none' };
  const { scheme, serverId } =
    /^(?:(?<scheme>[^:/]*):\/\/\/?)?(?<serverId>(?!\.+$)[\w.-]{1,128})$/.exec(trimmed)?.groups ??
    {};
  if (serverId === undefined) return { kind: 'foreign' };
  return scheme === undefined || scheme === 'incloud' || scheme === 'inspur'
    ? { kind: 'server', serverId }
    : { kind: 'foreign' };
}
