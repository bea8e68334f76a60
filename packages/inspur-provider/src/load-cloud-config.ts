import { readFile } from 'node:fs/promises';

import { ConfigError } from '@k8s-ccm/provider-kit';

import { parseCloudConfig } from './cloud-config.ts';
import type { InspurConfig } from './cloud-config.ts';

/**
 * Reads and parses a `--cloud-config` file. Call it again to see a changed file; what fails then
 * leaves the caller with what it has.
 *
 * @throws ConfigError where the file cannot be read or is wrong
 */
export async function loadCloudConfig(
  path: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<InspurConfig> {
  let content: Buffer;
  try {
    content = await readFile(path, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    const found = error instanceof Error && 'code' in error ? String(error.code) : 'an error';
    const problem = {
      path: '',
      found: `${found} on opening it`,
      allowed: 'a readable file',
    };
    throw new ConfigError(path, [problem], { cause: error });
  }
  return await parseCloudConfig(content, path);
}
