import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseFlags, readSettings, withOrigins } from '@k8s-ccm/component-config';
import type { Environment } from '@k8s-ccm/component-config';
import { managerConfiguration } from './manager-configuration.ts';
import { managerFlags } from './manager-flags.ts';

const head =
  'apiVersion: cloudcontrollermanager.config.k8s.io/v1alpha1\nkind: CloudControllerManagerConfiguration\n';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'settings-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(body: string): Promise<string> {
  const path = join(folder, 'ccm.yaml');
  await writeFile(path, `${head}${body}`);
  return path;
}

const settingsOf = (argv: readonly string[], environment: Environment = {}) =>
  readSettings(
    managerConfiguration,
    parseFlags(managerFlags, { program: 'ccm', argv }),
    environment,
  );

describe('readSettings', () => {
  const inFile = 'KubeCloudShared: {ClusterName: from-file}\nGeneric: {Controllers: [a]}';
  const inEnvironment = { CCM_CLUSTER_NAME: 'from-environment', CCM_CONTROLLERS: 'b' };

  it.each<[where: string, argv: string[], environment: Environment, name: string, words: string[]]>(
    [
      ['nowhere', [], {}, 'kubernetes', ['*']],
      ['the file', ['--config'], {}, 'from-file', ['a']],
      ['the environment', ['--config'], inEnvironment, 'from-environment', ['b']],
      [
        'the command line',
        ['--config', '--cluster-name=from-flag', '--controllers=c'],
        inEnvironment,
        'from-flag',
        ['c'],
      ],
    ],
  )('takes what is said last: %s', async (_where, argv, environment, name, words) => {
    const path = await file(inFile);
    const given = argv.map((word) => (word === '--config' ? `--config=${path}` : word));
    const { flags, problems } = await settingsOf(given, environment);
    expect(problems).toEqual([]);
    expect(flags['cluster-name']).toBe(name);
    expect(flags.controllers).toEqual(words);
  });

  it('takes a default from the command line before another value from a file', async () => {
    const path = await file(inFile);
    const { flags } = await settingsOf([`--config=${path}`, '--cluster-name=kubernetes']);
    expect(flags['cluster-name']).toBe('kubernetes');
  });

  it('finds the file by the environment too', async () => {
    const path = await file(inFile);
    expect((await settingsOf([], { CCM_CONFIG: path })).flags['cluster-name']).toBe('from-file');
  });

  it('gathers the problems of all places', async () => {
    const path = await file('KubeCloudShared: {ClusterName: 5}');
    const { problems, isComplete } = await settingsOf([`--config=${path}`, '--secure-port=x'], {
      CCM_V: 'x',
    });
    expect(isComplete).toBe(true);
    expect(problems.map(({ text }) => text)).toEqual([
      '--secure-port cannot be "x": allowed is a whole number between 0 and 65535',
      'CCM_V cannot be "x": allowed is a whole number not below 0',
      `${path}:3: KubeCloudShared.ClusterName: found 5; allowed: text`,
    ]);
  });

  it('says that there is no such file', async () => {
    const path = join(folder, 'none.yaml');
    const { problems, isComplete } = await settingsOf([`--config=${path}`]);
    expect(isComplete).toBe(false);
    expect(problems).toEqual([
      {
        flag: 'config',
        text: expect.stringMatching(/^--config=.*none\.yaml cannot be read: ENOENT/),
      },
    ]);
  });

  it('warns of flags without an effect wherever they stand, and of variables that are nearly one', async () => {
    const path = await file('KubeCloudShared: {AllocateNodeCIDRs: true}');
    const { warnings } = await settingsOf([`--config=${path}`, '--vmodule=a=1'], {
      CCM_WEBHOOK_CERT_DIR: '/w',
      CCM_CLUSTER_NAM: 'x',
    });
    expect(warnings.map(({ fields }) => fields['flag'] ?? fields['variable'])).toEqual([
      'CCM_CLUSTER_NAM',
      'allocate-node-cidrs',
      'webhook-cert-dir',
      'vmodule',
    ]);
  });

  it('knows where a value stands that is not on the command line', async () => {
    const path = await file('NodeStatusUpdateFrequency: 1m\nKubeCloudShared: {ClusterName: a}');
    const { origins } = await settingsOf([`--config=${path}`, '--cluster-name=b'], {
      CCM_LEADER_ELECT_RENEW_DEADLINE: '1m',
    });
    expect([...origins]).toEqual([
      ['node-status-update-frequency', `${path}:3`],
      ['leader-elect-renew-deadline', 'CCM_LEADER_ELECT_RENEW_DEADLINE'],
    ]);
    expect(withOrigins('--a must be more than --leader-elect-renew-deadline=1m', origins)).toBe(
      '--a must be more than --leader-elect-renew-deadline=1m (--leader-elect-renew-deadline is set by CCM_LEADER_ELECT_RENEW_DEADLINE)',
    );
    expect(withOrigins('--a is bad', origins)).toBe('--a is bad');
  });
});
