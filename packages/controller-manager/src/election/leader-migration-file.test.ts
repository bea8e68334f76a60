import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseLeaderMigration, readLeaderMigration } from './leader-migration-file.ts';

function file(version: string, ...lines: readonly string[]): string {
  return [
    `apiVersion: controllermanager.config.k8s.io/${version}`,
    'kind: LeaderMigrationConfiguration',
    ...lines,
  ].join('\n');
}

async function problems(text: string): Promise<readonly string[]> {
  try {
    await parseLeaderMigration(text, 'migration.yaml');
  } catch (error) {
    return error instanceof Error ? error.message.split('\n') : [String(error)];
  }
  return [];
}

describe('a LeaderMigrationConfiguration', () => {
  const leaders = [
    'controllerLeaders:',
    '  - name: service-lb-controller',
    '    component: "*"',
    '  - { name: route, component: kube-controller-manager }',
  ];
  const decoded = {
    leaderName: 'm',
    controllerLeaders: [
      { name: 'service-lb-controller', component: '*' },
      { name: 'route', component: 'kube-controller-manager' },
    ],
  };

  it.each([
    ['v1alpha1', ['resourceLock: leases']],
    ['v1beta1', ['resourceLock: leases']],
    ['v1beta1', []],
    ['v1', []],
  ])('of version %s is read, with %j', async (version, lock) => {
    const text = file(version, 'leaderName: m', ...lock, ...leaders);
    expect(await parseLeaderMigration(text, 'x')).toEqual(decoded);
  });

  it('may be JSON, and may name no controllers', async () => {
    const text = JSON.stringify({
      apiVersion: 'controllermanager.config.k8s.io/v1',
      kind: 'LeaderMigrationConfiguration',
      leaderName: 'm',
      controllerLeaders: null,
    });
    expect(await parseLeaderMigration(text, 'x')).toEqual({
      leaderName: 'm',
      controllerLeaders: [],
    });
  });

  it('is read as kubectl reads: with merge keys, a byte order mark and trailing markers', async () => {
    const text = `\uFEFF${file('v1', '<<: {leaderName: m}', ...leaders)}\n---\n...\n`;
    expect(await parseLeaderMigration(text, 'x')).toEqual(decoded);
  });

  it('that is wrong tells all that is wrong, where, and what is allowed', async () => {
    const text = file(
      'v1beta2',
      'leaderName: ""',
      'resourceLock: endpoints',
      'controllerLeader: []',
      'controllerLeaders:',
      '  - name: service',
      '  - component: 5',
      '    nmae: route',
      '  - everything',
    );
    expect(await problems(text)).toEqual([
      'migration.yaml:1: apiVersion: found "controllermanager.config.k8s.io/v1beta2"; allowed: "controllermanager.config.k8s.io/v1", "controllermanager.config.k8s.io/v1beta1", "controllermanager.config.k8s.io/v1alpha1"',
      'migration.yaml:3: leaderName: found ""; allowed: a name',
      'migration.yaml:4: resourceLock: found "endpoints"; allowed: "leases"',
      'migration.yaml:5: controllerLeader: found an unknown key; allowed: apiVersion, kind, leaderName, resourceLock, controllerLeaders; did you mean "controllerLeaders"?',
      'migration.yaml:7: controllerLeaders[0].component: found nothing; allowed: a name',
      'migration.yaml:8: controllerLeaders[1].name: found nothing; allowed: a name',
      'migration.yaml:8: controllerLeaders[1].component: found 5; allowed: a name',
      'migration.yaml:9: controllerLeaders[1].nmae: found an unknown key; allowed: name, component; did you mean "name"?',
      'migration.yaml:10: controllerLeaders[2]: found "everything"; allowed: a section with name, component',
    ]);
  });

  it.each([
    ['', 'migration.yaml:1: found nothing; allowed: a section with'],
    ['a: [', 'migration.yaml:1: found a bracket that is not closed'],
    [
      file('v1', 'leaderName: a', 'leaderName: b'),
      'migration.yaml:4: leaderName: found a key that is set twice; allowed: each key once',
    ],
    [
      file('v1', 'leaderName: m', 'resourceLock: leases'),
      'migration.yaml:4: resourceLock: found a key that v1 does not have; allowed: to leave it out',
    ],
    [
      file('v1', 'leaderName: m', 'controllerLeaders: all'),
      'migration.yaml:4: controllerLeaders: found "all"; allowed: a list',
    ],
    [
      'kind: KubeletConfiguration\napiVersion: controllermanager.config.k8s.io/v1\nleaderName: m',
      'migration.yaml:1: kind: found "KubeletConfiguration"; allowed: "LeaderMigrationConfiguration"',
    ],
  ])('%j is refused', async (text, expected) => {
    expect(await problems(text)).toEqual([expect.stringContaining(expected)]);
  });

  it('is read from a file, and one that is not there is named with its flag', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'leader-migration-'));
    try {
      const path = join(folder, 'migration.yaml');
      await expect(readLeaderMigration(path)).rejects.toThrow(
        `--leader-migration-config=${path} cannot be read`,
      );
      await writeFile(path, file('v1', 'leaderName: m', ...leaders));
      expect(await readLeaderMigration(path)).toEqual(decoded);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
