/** One thing that is wrong with a file that a person wrote. Never holds a secret. */
export interface FileProblem {
  /** Counted from 1; absent if no line is to blame. */
  readonly line?: number;
  /** The key, with its sections before it and dots between them; empty for the whole file. */
  readonly path: string;
  readonly found: string;
  readonly allowed: string;
  /** The name that was probably meant. */
  readonly suggestion?: string;
}

/**
 * The problem in one line: `ccm.yaml:3: http.timeout: found 20; allowed: a duration`.
 * @param source what the file is called
 */
export function fileProblemText(
  source: string,
  { line, path, found, allowed, suggestion }: FileProblem,
): string {
  const place = line === undefined ? source : `${source}:${line}`;
  const where = path === '' ? '' : `${path}: `;
  const hint = suggestion === undefined ? '' : `; did you mean "${suggestion}"?`;
  return `${place}: ${where}found ${found}; allowed: ${allowed}${hint}`;
}
