/** The way to the API server is not usable as configured: a kubeconfig file, the pod's service account, or a credential plugin. */
export class KubeConfigError extends Error {
  override readonly name = 'KubeConfigError';
  readonly code = 'KUBE_CONFIG';
  /** What was read, e.g. `kubeconfig /etc/ccm.conf`. */
  readonly source: string;

  constructor(source: string, problem: string, options?: ErrorOptions) {
    super(`${source}: ${problem}`, options);
    this.source = source;
  }
}
