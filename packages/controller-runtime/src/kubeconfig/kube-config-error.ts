import { fileProblemText } from '@k8s-ccm/foundation';
import type { FileProblem } from '@k8s-ccm/foundation';

/**
 * The configuration of the API server is not usable: a kubeconfig file, the pod's service account, or a credential
 * plugin.
 */
export class KubeConfigError extends Error {
  override readonly name = 'KubeConfigError';
  readonly code = 'KUBE_CONFIG';
  /** What was read, for example `kubeconfig /etc/ccm.conf`, with the line if one is at fault. */
  readonly source: string;

  constructor(source: string, problem: string | FileProblem, options?: ErrorOptions) {
    const text =
      typeof problem === 'string' ? `${source}: ${problem}` : fileProblemText(source, problem);
    super(text, options);
    this.source = source;
  }
}
