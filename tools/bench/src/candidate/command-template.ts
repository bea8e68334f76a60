/** What a foreign command is told. */
export interface CommandPlaces {
  /** Path of a kubeconfig. */
  readonly kubeconfig: string;
  /** Path of a cloud-config. */
  readonly cloudConfig: string;
  /** A free port, for a command that must listen on one. */
  readonly port: string;
}

/**
 * Splits a command as a shell does, with '…' and "…" around words that hold spaces, and fills in `{kubeconfig}`,
 * `{cloudConfig}` and `{port}`. No shell runs: what is measured is the command's own process.
 * @throws Error where a quote does not end, nothing is left to run, or a place is not known
 */
export function fillCommand(template: string, places: CommandPlaces): readonly string[] {
  return splitWords(template).map((word) =>
    word.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
      const place = Object.entries(places).find(([key]) => key === name);
      if (place === undefined) {
        throw new Error(`no {${name}}, only {${Object.keys(places).join('}, {')}}`);
      }
      return String(place[1]);
    }),
  );
}

function splitWords(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (const character of text) {
    if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
      word ??= '';
    } else if (character === quote) quote = '';
    else if (quote === '' && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (quote !== '') throw new Error(`no closing ${quote} in: ${text}`);
  if (word !== undefined) words.push(word);
  if (words.length === 0) throw new Error('the command is empty');
  return words;
}
