import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import { KubeConfigFile } from './kube-config-file.ts';

describe('KubeConfigFile', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kube-config-file-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function problemOf(text: string): Promise<unknown> {
    const path = join(folder, 'kubeconfig');
    await writeFile(path, text);
    const file = new KubeConfigFile({ path, log: silentLogger });
    return file.read().catch((error: unknown) => error);
  }

  it.each([
    ['YAML', 'users:\n- name: a\n  user:\n    token: s3cr3t\n   bad: x\n', ' at line 5'],
    ['YAML with a sign of its own', 'users:\n- name: a\n  user:\n    token: *s3cr3t\n', ''],
    ['JSON', '{"users":\n [{"user": {"token": "s3cr3t" x}}]}', ' at line 2'],
    ['JSON without quotes', '{"token": s3cr3t}', ''],
  ])(
    'says where a text that is no %s is wrong, and quotes nothing of it',
    async (_, text, where) => {
      const problem = await problemOf(text);
      expect(problem).toMatchObject({
        name: 'KubeConfigError',
        message: expect.stringContaining(`is neither YAML nor JSON${where}`),
      });
      // With its causes and all their fields, as a log might show it.
      expect(inspect(problem, { depth: 9 })).not.toContain('s3cr');
    },
  );
});
