import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubeApi } from './kube-api.ts';
import type { PolicyRule } from './rbac-rules.ts';

/** An object of a manifest of deploy/. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  /** Of a Role or ClusterRole. */
  readonly rules?: readonly PolicyRule[];
}

const folder = join(import.meta.dirname, '../../../deploy');

/** The objects of a file of deploy/, in their order. */
export async function readManifests(file: string): Promise<readonly Manifest[]> {
  const text = await readFile(join(folder, file), 'utf8');
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

/** Creates them, as `kubectl create` does. */
export async function applyManifests(kube: KubeApi, objects: readonly Manifest[]): Promise<void> {
  for (const object of objects) await kube.create(pathOf(object), object);
}

function pathOf({ apiVersion, kind, metadata: { namespace } }: Manifest): string {
  const base = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  const within = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `${base}${within}/${kind.toLowerCase()}s`;
}
