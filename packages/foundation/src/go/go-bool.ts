const spellings: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false] as const),
]);

/** Reads a boolean as Go's `strconv.ParseBool`; `undefined` where the text is none (`''`, `yes`, `tRUE`). */
export function parseGoBool(text: string): boolean | undefined {
  return spellings.get(text);
}
