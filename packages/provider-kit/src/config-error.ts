import { CloudProviderError } from '@k8s-ccm/cloud-provider';

/** One thing that is wrong with a configuration file. Holds no secret. */
export interface ConfigProblem {
  /** Counted from 1; absent where no line is to blame. */
  readonly line?: number;
  /** The key, with its sections before it and dots between; empty for the whole file. */
  readonly path: string;
  readonly found: string;
  readonly allowed: string;
  /** The key that was probably meant. */
  readonly suggestion?: string;
}

/** A configuration file that cannot be used; names everything that is wrong with it, by line. */
export class ConfigError extends CloudProviderError {
  override readonly name = 'ConfigError';
  override readonly code = 'CONFIG';
  readonly source: string;
  readonly problems: readonly ConfigProblem[];

  constructor(source: string, problems: readonly ConfigProblem[], options?: ErrorOptions) {
    const lines = [...problems].toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
    super(lines.map((problem) => describeProblem(source, problem)).join('\n'), options);
    this.source = source;
    this.problems = lines;
  }
}

function describeProblem(
  source: string,
  { line, path, found, allowed, suggestion }: ConfigProblem,
): string {
  const where = path === '' ? '' : `${path}: `;
  const hint = suggestion === undefined ? '' : `; did you mean "${suggestion}"?`;
  const place = line === undefined ? source : `${source}:${line}`;
  return `${place}: ${where}found ${found}; allowed: ${allowed}${hint}`;
}
