/** Returns the query of one call in the RPC style. See inspur-api.md#rpc-style. */
export function rpcQuery(
  operation: string,
  version: string,
  parameters: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return { Action: operation, Version: version, Format: 'json', ...parameters };
}
