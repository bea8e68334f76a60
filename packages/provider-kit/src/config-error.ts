import { CloudProviderError } from '@k8s-ccm/cloud-provider';
import { fileProblemText } from '@k8s-ccm/foundation';
import type { FileProblem } from '@k8s-ccm/foundation';

/** One thing that is wrong with a configuration file. Holds no secret. */
export type ConfigProblem = FileProblem;

/** A configuration file that cannot be used; names everything that is wrong with it, by line. */
export class ConfigError extends CloudProviderError {
  override readonly name = 'ConfigError';
  override readonly code = 'CONFIG';
  readonly source: string;
  readonly problems: readonly ConfigProblem[];

  constructor(source: string, problems: readonly ConfigProblem[], options?: ErrorOptions) {
    const lines = [...problems].toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
    super(lines.map((problem) => fileProblemText(source, problem)).join('\n'), options);
    this.source = source;
    this.problems = lines;
  }
}
