/**
 * The provider id of a server: `incloud://<serverId>`. This format never changes: Nodes keep the id that they got, and
 * other programs (autoscalers, storage drivers) compare it as text. `incloud` is the name of the provider in the Go
 * program, whose users have such ids already.
 */
export function formatProviderId(serverId: string): string {
  return `incloud://${serverId}`;
}

/** What a provider id says. */
export type ParsedProviderId =
  | { readonly kind: 'server'; readonly serverId: string }
  | { readonly kind: 'none' }
  /** It is of another cloud, or no provider id at all. */
  | { readonly kind: 'foreign' };

/** Reads `incloud://<serverId>`, `inspur://<serverId>` (both also with three slashes) and the bare id. */
export function parseProviderId(text: string | undefined): ParsedProviderId {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return { kind: 'none' };
  const { scheme, serverId } =
    /^(?:(?<scheme>[^:/]*):\/\/\/?)?(?<serverId>[^/:,\s]+)$/.exec(trimmed)?.groups ?? {};
  if (serverId === undefined) return { kind: 'foreign' };
  return scheme === undefined || scheme === 'incloud' || scheme === 'inspur'
    ? { kind: 'server', serverId }
    : { kind: 'foreign' };
}
