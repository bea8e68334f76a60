import { describe, expect, it } from '@jest/globals';
import { CloudProviderRegistry } from '@k8s-ccm/cloud-provider';
import { parseFlags } from '@k8s-ccm/component-config';
import { checkManagerFlags } from './check-manager-flags.ts';
import { isControllerEnabled } from './controllers-flag.ts';
import { managerFlags } from './manager-flags.ts';

const providers = new CloudProviderRegistry();
providers.register('inspur', async () => ({ name: 'inspur' }));
const controllers = [
  { name: 'cloud-node-controller', aliases: ['cloud-node'] },
  { name: 'cloud-node-lifecycle-controller', aliases: ['cloud-node-lifecycle'] },
  { name: 'service-lb-controller', aliases: ['service'] },
  { name: 'node-route-controller', aliases: ['route'] },
];

const built = { providers, controllers, version: '1.2.3' };

function parse(argv: readonly string[]) {
  return parseFlags(managerFlags, { program: 'ccm', argv });
}

/** What is wrong with a command line that names a provider. */
function problemsOf(...argv: string[]): readonly string[] {
  const { values, problems } = parse(['--cloud-provider=inspur', ...argv]);
  const unfit = checkManagerFlags(values, built);
  return [...problems, ...unfit].map(({ text }) => text);
}

describe('the checks of all values together', () => {
  // @see docs/reference/contract.md#case-180
  it('no --cloud-provider is an error', () => {
    const { values } = parse([]);
    expect(checkManagerFlags(values, built)).toEqual([
      { flag: 'cloud-provider', text: '--cloud-provider cannot be empty' },
    ]);
  });

  it.each([
    // @see docs/reference/contract.md#case-181
    ['foo', /: known are cloud-node-controller, /],
    // @see docs/reference/contract.md#case-182
    ['service-controller', /./],
    ['route-controller', /./],
  ])('--controllers=%s is not in the list', (name, hint) => {
    const [problem, ...more] = problemsOf(`--controllers=${name}`);
    expect(problem).toContain(`"${name}" is not in the list of known controllers`);
    expect(problem).toMatch(hint);
    expect(more).toEqual([]);
  });

  // @see docs/reference/contract.md#case-185
  it.each([
    [
      '-route,*',
      ['cloud-node-controller', 'cloud-node-lifecycle-controller', 'service-lb-controller'],
    ],
    [
      '*,-route',
      ['cloud-node-controller', 'cloud-node-lifecycle-controller', 'service-lb-controller'],
    ],
    ['route,-route', ['node-route-controller']],
    ['cloud-node', ['cloud-node-controller']],
    ['', []],
  ])('--controllers=%s runs %j', (words, enabled) => {
    const { values } = parse([`--controllers=${words}`]);
    const running = controllers.filter((each) => isControllerEnabled(values.controllers, each));
    expect(running.map(({ name }) => name)).toEqual(enabled);
  });

  // @see docs/reference/contract.md#case-186
  it('only leases are a lock', () => {
    const argument = '--leader-elect-resource-lock=endpoints';
    expect(problemsOf(argument)).toEqual([
      '--leader-elect-resource-lock="endpoints": resourceLock value must be "leases"',
    ]);
    expect(problemsOf(argument, '--leader-elect=false')).toEqual([]);
  });

  // @see docs/reference/contract.md#case-193
  it('--secure-port=0 is allowed, also beside --webhook-secure-port=0', () => {
    expect(problemsOf('--secure-port=0')).toEqual([]);
    expect(problemsOf('--secure-port=0', '--webhook-secure-port=0')).toEqual([]);
  });

  // @see docs/reference/contract.md#case-194
  it('webhooks cannot be served on the port of everything else', () => {
    expect(problemsOf('--secure-port=10260')).toEqual([
      '--webhook-secure-port cannot be the same value as --secure-port: 10260',
    ]);
    expect(problemsOf('--webhook-secure-port=10258')).toHaveLength(1);
  });

  it.each<[argv: string[], texts: string[]]>([
    [
      ['--concurrent-service-syncs=0'],
      ['--concurrent-service-syncs cannot be "0": allowed is a whole number not below 1'],
    ],
    [
      ['--concurrent-node-syncs=0'],
      ['--concurrent-node-syncs cannot be "0": allowed is a whole number not below 1'],
    ],
    [['--v=debug'], ['--v cannot be "debug": allowed is a whole number not below 0']],
    [['--logging-format=xml'], ['--logging-format cannot be "xml": allowed is "text" or "json"']],
    [
      [
        '--leader-elect-lease-duration=900ms',
        '--leader-elect-renew-deadline=800ms',
        '--leader-elect-retry-period=100ms',
      ],
      ['--leader-elect-lease-duration=900ms must be at least 1s'],
    ],
    [['--leader-elect-resource-name='], ['--leader-elect-resource-name cannot be empty']],
    [['--leader-elect-resource-name=', '--leader-elect=false'], []],
    [
      ['--enable-leader-migration', '--leader-elect=false'],
      ['--enable-leader-migration needs --leader-elect'],
    ],
    [['--enable-leader-migration'], []],
    [['--tls-cert-file=a'], ['--tls-cert-file needs --tls-private-key-file']],
    [['--tls-private-key-file=a'], ['--tls-private-key-file needs --tls-cert-file']],
    [['--tls-private-key-file=a', '--tls-cert-file=b'], []],
    [['--tls-cipher-suites=RC4'], ['--tls-cipher-suites: unknown cipher suite "RC4"']],
    [['--requestheader-allowed-names=a,,b'], ['empty value in "--requestheader-allowed-names"']],
    [
      ['--requestheader-username-headers= ,x-user'],
      ['empty value in "--requestheader-username-headers"'],
    ],
    [['--requestheader-uid-headers=x-uid'], []],
    [
      ['--requestheader-uid-headers=x-uid', '--feature-gates=RemoteRequestHeaderUID=false'],
      ['--requestheader-uid-headers needs the feature gate RemoteRequestHeaderUID'],
    ],
    [['--webhooks=*'], []],
    [['--webhooks=-foo'], ['--webhooks: "foo" is not in the list of known webhooks']],
    [['--version=v1.2.3-rc.1'], []],
    [
      ['--version=v1.3.0'],
      ['--version=v1.3.0 must begin with v1.2.3, which is the version that was built'],
    ],
    [['--cluster-cidr=nonsense'], []],
  ])('of %j find %j', (argv, texts) => {
    expect(problemsOf(...argv)).toEqual(texts);
  });

  it('name the gate that was probably meant, and those that are known', () => {
    const [problem] = problemsOf('--feature-gates=ContextualLoging=true');
    expect(problem).toMatch(/^--feature-gates cannot be "ContextualLoging=true": /);
    expect(problem).toMatch(/AllAlpha, .*NativeHistograms.*; did you mean ContextualLogging\?$/);
  });
});
