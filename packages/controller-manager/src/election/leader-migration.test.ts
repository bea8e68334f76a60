import { describe, expect, it } from '@jest/globals';
import { defaultLeaderMigration, leaseOf } from './leader-migration.ts';
import type { ControllerLeader, ControllerLease } from './leader-migration.ts';

const controllers = [
  { name: 'cloud-node-controller', aliases: ['cloud-node'], identity: 'node-controller' },
  {
    name: 'cloud-node-lifecycle-controller',
    aliases: ['cloud-node-lifecycle'],
    identity: 'node-controller',
  },
  { name: 'service-lb-controller', aliases: ['service'], identity: 'service-controller' },
  { name: 'node-route-controller', aliases: ['route'], identity: 'route-controller' },
  { name: 'custom' },
];

function leases(controllerLeaders: readonly ControllerLeader[]): readonly ControllerLease[] {
  return controllers.map(leaseOf({ leaderName: 'migration', controllerLeaders }, controllers));
}

describe('the lease of a controller', () => {
  it('is the migration’s for those that the built-in configuration names, also by their old names', () => {
    const { controllerLeaders } = defaultLeaderMigration;
    expect(leases(controllerLeaders)).toEqual([
      'main',
      'migration',
      'migration',
      'migration',
      'main',
    ]);
  });

  it.each<[string, string, readonly ControllerLease[]]>([
    [
      'service-lb-controller',
      'kube-controller-manager',
      ['main', 'main', 'elsewhere', 'main', 'main'],
    ],
    ['service', 'kube-controller-manager', ['main', 'main', 'elsewhere', 'main', 'main']],
    [
      'service-controller',
      'kube-controller-manager',
      ['main', 'main', 'elsewhere', 'main', 'main'],
    ],
    [
      'service-lb-controller',
      'cloud-controller-manager',
      ['main', 'main', 'migration', 'main', 'main'],
    ],
    // Two controllers have this identity, so that it does not tell which is meant.
    ['node-controller', '*', ['main', 'main', 'main', 'main', 'main']],
    ['deployment-controller', '*', ['main', 'main', 'main', 'main', 'main']],
    ['custom', '*', ['main', 'main', 'main', 'main', 'migration']],
  ])('where %s is led by %s', (name, component, expected) => {
    expect(leases([{ name, component }])).toEqual(expected);
  });

  it('is what the last entry says', () => {
    const twice = [
      { name: 'service', component: 'kube-controller-manager' },
      { name: 'service-lb-controller', component: '*' },
    ];
    expect(leases(twice)[2]).toBe('migration');
    expect(leases(twice.toReversed())[2]).toBe('elsewhere');
  });
});
