import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ControlPlane } from '@k8s-ccm/envtest';

const file = 'audit.log';

/** Lets the API server write down every request of a service account of kube-system. */
export const auditFlags: readonly string[] = [
  `--audit-policy-file=${join(import.meta.dirname, 'audit-policy.yaml')}`,
  // In the control plane's folder.
  `--audit-log-path=${file}`,
];

/** A request as the API server wrote it down. */
export interface AuditedRequest {
  readonly user: { readonly username: string };
  readonly userAgent?: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  /** Which role allowed it, and by which binding. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** All requests so far of a control plane that was started with {@link auditFlags}. */
export async function auditedRequests(
  controlPlane: ControlPlane,
): Promise<readonly AuditedRequest[]> {
  const text = await readFile(join(controlPlane.folder, file), 'utf8');
  // The last line may be half written.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AuditedRequest);
}
