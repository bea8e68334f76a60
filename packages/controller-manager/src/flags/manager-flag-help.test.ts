import { describe, expect, it } from '@jest/globals';
import { flagHelp } from '@k8s-ccm/component-config';
import { managerFlags } from './manager-flags.ts';

describe('--help', () => {
  const help = flagHelp('ccm', managerFlags);

  it('has the sections of the contract in its order, and ours beside its sisters', () => {
    expect(Array.from(help.matchAll(/^(\S.*) flags:$/gm), ([, section]) => section)).toEqual([
      'Debugging',
      'Leader-migration',
      'Generic',
      'Cloud-node-controller',
      'Cloud-node-lifecycle-controller',
      'Service-lb-controller',
      'Webhook',
      'Webhook serving',
      'Secure serving',
      'Authentication',
      'Authorization',
      'Misc',
      'Global',
    ]);
  });

  it.each(Object.keys(managerFlags))('lists --%s once', (name) => {
    expect(help.match(new RegExp(`^ {2}(?:-\\w, )?--${name}\\b(?!-)`, 'gm'))).toHaveLength(1);
  });

  it.each([
    ['  --leader-elect-lease-duration duration\n', '(default 15s)'],
    ['  --version string[=true]\n', 'report this version.\n'],
    ['  -h, --help\n', 'Print this help and exit.\n'],
    ['  -v, --v int\n', 'level 6 adds requests. (default 0)\n'],
    ['  --vmodule string\n', 'Has no effect: the verbosity of all source files is that of --v.'],
  ])('says of %j what it takes and does', (line, more) => {
    const entry = help.slice(help.indexOf(line)).split('\n').slice(0, 2).join('\n');
    expect(`${entry}\n`).toContain(line);
    expect(`${entry}\n`).toContain(more);
  });
});
