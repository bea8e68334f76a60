/** What a kubeconfig for one user of one cluster holds. */
export interface KubeconfigInput {
  readonly url: string;
  /** PEM. */
  readonly ca: string;
  readonly user: string;
  readonly token: string;
}

/** The text of a kubeconfig file; JSON, which is YAML too. */
export function kubeconfigText({ url, ca, user, token }: KubeconfigInput): string {
  return JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name: 'envtest',
          cluster: {
            server: url,
            'certificate-authority-data': Buffer.from(ca).toString('base64'),
          },
        },
      ],
      users: [{ name: user, user: { token } }],
      contexts: [{ name: 'envtest', context: { cluster: 'envtest', user } }],
      'current-context': 'envtest',
    },
    undefined,
    2,
  );
}
