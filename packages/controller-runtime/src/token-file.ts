import { readFile } from 'node:fs/promises';
import { KubeConfigError } from './kube-config-error.ts';

/** The bearer token in a file. @throws KubeConfigError where the file cannot be read or is empty */
export async function readTokenFile(path: string, source: string): Promise<string> {
  let token: string;
  try {
    token = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw new KubeConfigError(source, `token file ${path} cannot be read`, { cause: error });
  }
  if (token === '') throw new KubeConfigError(source, `token file ${path} is empty`);
  return token;
}
