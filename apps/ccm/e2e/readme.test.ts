import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseCloudConfig } from '@k8s-ccm/inspur-provider';
import { parse } from 'yaml';
import { CcmProcess } from './ccm-process.ts';
import { Sandbox } from './sandbox.ts';
import type { ServiceObject } from './cluster-objects.ts';

const root = join(import.meta.dirname, '../../..');

/** The code blocks of one language, in order. */
function codeBlocks(markdown: string, language: string): readonly string[] {
  const blocks = markdown.matchAll(new RegExp(`^\`\`\`${language}\\n(?<code>.*?)^\`\`\``, 'gms'));
  return [...blocks].map(({ groups }) => groups?.['code'] ?? '');
}

describe('the README', () => {
  let readme: string;
  let sandbox: Sandbox;

  beforeAll(async () => {
    readme = await readFile(join(root, 'README.md'), 'utf8');
    sandbox = await Sandbox.start();
  }, 300_000);
  afterAll(() => sandbox.stop(), 60_000);

  it('names the two commands that CI and a new user run', async () => {
    const commands = codeBlocks(readme, 'sh');
    expect(commands).toContain('npm ci && npm start\n');
    expect(commands).toContain('npm ci && npm test\n');
    const ci = await readFile(join(root, '.ci/run'), 'utf8');
    expect(ci).toMatch(/^if check npm ci\b.*\n\s*check npm test$/m);
  });

  it('shows a command, a cloud-config and a Service that work', async () => {
    const command = codeBlocks(readme, 'sh').find((block) => block.includes('ccm.mjs')) ?? '';
    const [build, run = ''] = command.trim().split('\n');
    expect(build).toBe('npm run bundle');
    const [cloudConfig = '', service = ''] = codeBlocks(readme, 'yaml');
    expect(await parseCloudConfig(cloudConfig, 'README.md')).toMatchObject({
      region: 'cn-north-3',
    });

    const file = join(sandbox.controlPlane.folder, 'readme-cloud-config.yaml');
    await writeFile(file, sandbox.cloudConfig());
    const args = run
      .replace('~/.kube/config', sandbox.controlPlane.kubeconfig)
      .replace('cloud-config.yaml', file)
      .split(' ')
      .slice(2);
    await using ccm = new CcmProcess([...args, '--secure-port=0']);
    await sandbox.addSlb({ slbId: 'slb-example', businessIp: '10.0.11.1' });
    await sandbox.kube.create<ServiceObject>('/api/v1/namespaces/default/services', parse(service));
    await sandbox.addresses('web', ['10.0.11.1']);
    expect(await ccm.stop()).toEqual({ code: 0, signal: null });
  });

  it('shows the SDK as it is', async () => {
    const example = await readFile(join(import.meta.dirname, 'readme-example.ts'), 'utf8');
    expect(codeBlocks(readme, 'ts')).toEqual([example]);
  });

  it('links only to what is there', async () => {
    const links = [...readme.matchAll(/\]\((?<path>[^)]+)\)/g)].map(
      ({ groups }) => groups?.['path'],
    );
    for (const path of links) {
      await expect(access(join(root, path ?? ''))).resolves.toBeUndefined();
    }
  });
});
