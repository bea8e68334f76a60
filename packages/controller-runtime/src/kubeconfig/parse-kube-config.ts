import type { Logger } from '@k8s-ccm/cloud-provider';
import { fileProblemText, readYaml, yamlKind } from '@k8s-ccm/foundation';
import { KubeConfigError } from './kube-config-error.ts';
import { KubeConfigRecord, type RecordFile } from './kube-config-record.ts';

/**
 * Parses a kubeconfig as kubectl does: the last value of a duplicate key wins, and only the first document is read.
 * Both are logged.
 * @throws KubeConfigError with the line of the problem, and without any of the values
 */
export async function parseKubeConfig(
  bytes: Buffer,
  { file, log }: { readonly file: RecordFile; readonly log: Logger },
): Promise<KubeConfigRecord> {
  const { root, problems, warnings } = await readYaml(bytes, { lenient: true });
  const [problem] = problems;
  if (problem !== undefined) throw new KubeConfigError(file.source, problem);
  if (root !== undefined && root.kind !== 'section') {
    const allowed = 'a kubeconfig, in YAML or JSON';
    const { line } = root;
    throw new KubeConfigError(file.source, { line, path: '', found: yamlKind(root), allowed });
  }
  logOddities(
    warnings.map((warning) => fileProblemText(file.source, warning)),
    log,
  );
  const record = new KubeConfigRecord(root, file, { where: '', line: root?.line ?? 1 });
  checkWord(record, 'apiVersion', 'v1');
  checkWord(record, 'kind', 'Config');
  return record;
}

/** Logs mistakes that kubectl ignores silently. */
export function logOddities(problems: readonly string[], log: Logger): void {
  for (const problem of problems) {
    log.warn('the kubeconfig has a mistake that kubectl ignores', { problem });
  }
}

function checkWord(record: KubeConfigRecord, key: string, allowed: string): void {
  const text = record.text(key) ?? allowed;
  if (text !== allowed) throw record.refuse(key, { found: JSON.stringify(text), allowed });
}
