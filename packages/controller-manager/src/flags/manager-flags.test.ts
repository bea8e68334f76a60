import { describe, expect, it } from '@jest/globals';
import { CloudProviderRegistry } from '@k8s-ccm/cloud-provider';
import { parseFlags } from '@k8s-ccm/component-config';
import type { Flag } from '@k8s-ccm/component-config';
import { apiRate } from './api-rate.ts';
import { checkManagerFlags } from './check-manager-flags.ts';
import { managerFlags } from './manager-flags.ts';

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

function rateOf(...argv: string[]): ReturnType<typeof apiRate> {
  return apiRate(parseFlags(managerFlags, { program: 'ccm', argv }).values);
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

describe('numbers that upstream accepts', () => {
  it.each([
    ['--kube-api-qps=-1'],
    ['--kube-api-qps=-1', '--kube-api-burst=-1'],
    ['--kube-api-qps=0', '--kube-api-burst=-1'],
    ['--kube-api-qps=0.5'],
    ['--kube-api-qps=20', '--kube-api-burst=0'],
    ['--min-resync-period=0s'],
    ['--controller-start-interval=-1s'],
    ['--node-sync-period=-1s'],
    ['--authentication-token-webhook-cache-ttl=-1s'],
    ['--authorization-webhook-cache-authorized-ttl=-1s'],
    ['--authorization-webhook-cache-unauthorized-ttl=0'],
    ['--http2-max-streams-per-connection=-1'],
    ['--concurrent-node-status-updates=0'],
    ['-v4'],
  ])('are accepted: %s %s', (...argv) => {
    expect(problemsOf('--cloud-provider=inspur', ...argv)).toEqual([]);
  });

  it('are no limit of the rate if --kube-api-qps is negative, and client-go’s burst if that is 0', () => {
    expect(rateOf('--kube-api-qps=-1')).toEqual({ qps: -1, burst: 30 });
    expect(rateOf('--kube-api-qps=5', '--kube-api-burst=0')).toEqual({ qps: 5, burst: 10 });
  });

  it('are refused if nothing could ever be sent', () => {
    expect(
      problemsOf('--cloud-provider=inspur', '--kube-api-qps=20', '--kube-api-burst=-1'),
    ).toEqual([
      '--kube-api-burst cannot be -1 beside --kube-api-qps=20: allowed is a whole number not below 0',
    ]);
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
          text: `--node-deletion-budget cannot be ${JSON.stringify(text)}: allowed is a positive number of Nodes such as 3, or a percentage up to 100%, such as 10%`,
        },
      ]);
    },
  );
});
