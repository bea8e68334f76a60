/** Most pages of one list: a server that never ends must not keep us for ever. */
export const mostPages = 1000;

/** The query of one call in the RPC style. inspur.md §3. */
export function rpcQuery(
  operation: string,
  version: string,
  parameters: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return { Action: operation, Version: version, Format: 'json', ...parameters };
}
