/** Parameters as they are sent in a query or a form. */
export function encodeParameters(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
}

/** An address with its query, as it is sent. */
export function urlText(url: string, query: Readonly<Record<string, string>> = {}): string {
  const parameters = encodeParameters(query);
  return parameters === '' ? url : `${url}?${parameters}`;
}
