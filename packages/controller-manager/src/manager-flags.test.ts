import { describe, expect, it } from '@jest/globals';
import { CloudProviderRegistry } from '@k8s-ccm/cloud-provider';
import type { Flag } from './flag.ts';
import { managerFlags } from './manager-flags.ts';
import { checkManagerFlags } from './manager-options.ts';
import { parseFlags } from './parse-flags.ts';

const providers = new CloudProviderRegistry();
providers.register('inspur', async () => ({ name: 'inspur' }), { aliases: ['incloud'] });
const built = {
  providers,
  version: '1.2.3',
  controllers: [{ name: 'service-lb-controller', aliases: ['service'] }],
};

function problemsOf(...argv: string[]): readonly string[] {
  const { values, problems } = parseFlags(managerFlags, { program: 'ccm', argv });
  expect(problems).toEqual([]);
  return checkManagerFlags(values, built).map(({ text }) => text);
}

describe('checkManagerFlags', () => {
  it.each([['--cloud-provider=inspur'], ['--cloud-provider=incloud']])('accepts %s', (provider) => {
    expect(problemsOf(provider)).toEqual([]);
  });

  it.each([
    ['', '--cloud-provider cannot be empty'],
    ['inspurr', '--cloud-provider: unknown cloud provider "inspurr": did you mean "inspur"?'],
    ['aws', '--cloud-provider: unknown cloud provider "aws": known are "inspur"'],
    [
      'external',
      '--cloud-provider="external" is for the kubelet; here the provider is named: "inspur"',
    ],
  ])('refuses the provider %j', (name, text) => {
    expect(problemsOf(`--cloud-provider=${name}`)).toEqual([text]);
  });

  it('finds all problems at once', () => {
    expect(
      problemsOf('--controllers=foo', '--bind-address=here', '--leader-elect-renew-deadline=15s'),
    ).toEqual([
      '--cloud-provider cannot be empty',
      '--controllers: "foo" is not in the list of known controllers: known are service-lb-controller, service',
      '--leader-elect-lease-duration=15s must be longer than --leader-elect-renew-deadline=15s',
      '--bind-address cannot be "here": allowed is an IP address',
    ]);
  });

  it.each([
    [
      ['--leader-elect-retry-period=9s'],
      [
        '--leader-elect-renew-deadline=10s must be longer than 1.2 times --leader-elect-retry-period=9s',
      ],
    ],
    [['--leader-elect-retry-period=9s', '--leader-elect=false'], []],
  ])('judges the timings of the election only where there is one: %j', (argv, texts) => {
    expect(problemsOf('--cloud-provider=inspur', ...argv)).toEqual(texts);
  });
});

describe('managerFlags', () => {
  it.each(Object.entries<Flag<unknown>>(managerFlags))(
    '%s has a default that reads back',
    (_name, flag) => {
      expect(flag.parse(flag.format(flag.default))).toEqual(flag.default);
    },
  );

  const long = Object.keys(managerFlags).filter((name) => name.length > 2);

  it.each(long)('finds %s when a letter of it is missing', (name) => {
    const argv = [`--${name.slice(0, -2)}${name.slice(-1)}=x`];
    const [problem] = parseFlags(managerFlags, { program: 'ccm', argv }).problems;
    expect(problem?.text).toContain(`did you mean --${name}?`);
  });
});

describe('--node-deletion-budget', () => {
  it.each(['1', '30', '1%', '10%', '2.5%', '0.5%', '100%'])('takes %s', (text) => {
    expect(managerFlags['node-deletion-budget'].parse(text)).toBe(text);
  });

  it.each(['', '0', '0%', '0.0%', '101%', '2.5', '-1', '10 %', '%', 'all'])(
    'refuses %j',
    (text) => {
      const argv = [`--node-deletion-budget=${text}`];
      expect(parseFlags(managerFlags, { program: 'ccm', argv }).problems).toEqual([
        {
          flag: 'node-deletion-budget',
          text: `--node-deletion-budget cannot be ${JSON.stringify(text)}: allowed is a number of nodes above 0, such as 3, or a share of them up to 100%, such as 10%`,
        },
      ]);
    },
  );
});
