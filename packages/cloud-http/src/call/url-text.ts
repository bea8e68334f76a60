/** Encodes parameters for a query or a form. */
export function encodeParameters(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
}

/** Returns a URL with its encoded query. */
export function urlText(url: string, query: Readonly<Record<string, string>> = {}): string {
  const parameters = encodeParameters(query);
  return parameters === '' ? url : `${url}?${parameters}`;
}
