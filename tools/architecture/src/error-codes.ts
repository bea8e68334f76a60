/** The codes of the error classes of a source: `readonly code = 'API_ERROR'`, or the name of a constant of the source. */
export function errorCodes(source: string): readonly string[] {
  return [...source.matchAll(/\breadonly code(?:: string)? = (?:'(?<text>\w+)'|(?<name>\w+));/g)]
    .map(({ groups }) => groups?.['text'] ?? groups?.['name'])
    .filter((code) => code !== undefined);
}

/** The value of a text constant that one of the sources declares; a text that none declares is its own value. */
export function constantText(name: string, sources: readonly string[]): string {
  const declaration = new RegExp(String.raw`\bconst ${name}(?:: string)? = '(?<text>[^']*)'`);
  const found = sources.map((source) => declaration.exec(source)?.groups?.['text']);
  return found.find((text) => text !== undefined) ?? name;
}
