import { dirname, resolve } from 'node:path';

/** A path from a kubeconfig: relative ones are meant from the file's own folder. */
export function resolveBeside(kubeconfig: string, path: string): string {
  return resolve(dirname(kubeconfig), path);
}
