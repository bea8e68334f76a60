import { isIP } from 'node:net';
import { isExternal } from '@k8s-ccm/cloud-provider';
import type { CloudProviderRegistry } from '@k8s-ccm/cloud-provider';
import { featureEnabled, reportedVersionProblem } from '@k8s-ccm/component-config';
import type { FlagProblem, VersionWish } from '@k8s-ccm/component-config';
import { errorText, formatGoDuration } from '@k8s-ccm/foundation';
import { tlsSettings } from '@k8s-ccm/secure-serving';
import { unknownControllers } from './controllers-flag.ts';
import type { SelectableController } from './controllers-flag.ts';
import type { ManagerFlags } from './manager-flags.ts';

/** The providers and controllers that the program was built with, and its version. */
export interface Built {
  readonly providers: CloudProviderRegistry;
  readonly controllers: readonly SelectableController[];
  /** Without a leading `v`. */
  readonly version: string;
}

/** Retry periods are jittered up to this factor, so the renew deadline must be longer than that. */
const retryJitter = 1.2;
/** A Lease stores its duration in whole seconds. */
const shortestLeaseMs = 1000;

/**
 * Validates flags that depend on each other or on the program (contract.md#flag-validation). Returns all
 * problems.
 */
export function checkManagerFlags(
  flags: ManagerFlags,
  { providers, controllers, version }: Built,
): readonly FlagProblem[] {
  return [
    ...checkProvider(flags['cloud-provider'], providers),
    ...unknownControllers(flags.controllers, controllers).map((text) => ({
      flag: 'controllers',
      text,
    })),
    ...checkApiRate(flags),
    ...checkElection(flags),
    ...checkMigration(flags),
    ...checkServing(flags),
    ...checkTls(flags),
    ...checkRequestHeaders(flags),
    ...checkWebhooks(flags),
    ...checkVersion(flags.version, version),
  ];
}

function checkProvider(name: string, providers: CloudProviderRegistry): readonly FlagProblem[] {
  const flag = 'cloud-provider';
  if (name === '') return [{ flag, text: '--cloud-provider cannot be empty' }];
  if (providers.isRegistered(name)) return [];
  const known = providers.names.map((each) => `"${each}"`).join(', ');
  if (isExternal(name)) {
    return [
      {
        flag,
        text: `--cloud-provider="external" is for the kubelet; here the provider is named: ${known}`,
      },
    ];
  }
  const meant = providers.suggest(name);
  const hint = meant === undefined ? `known are ${known}` : `did you mean "${meant}"?`;
  return [{ flag, text: `--cloud-provider: unknown cloud provider "${name}": ${hint}` }];
}

function checkApiRate(flags: ManagerFlags): readonly FlagProblem[] {
  const { 'kube-api-qps': qps, 'kube-api-burst': burst } = flags;
  if (qps <= 0 || burst >= 0) return [];
  const text = `--kube-api-burst cannot be ${burst} beside --kube-api-qps=${qps}: allowed is a whole number not below 0`;
  return [{ flag: 'kube-api-burst', text }];
}

function checkElection(flags: ManagerFlags): readonly FlagProblem[] {
  if (!flags['leader-elect']) return [];
  const lease = flags['leader-elect-lease-duration'];
  const renew = flags['leader-elect-renew-deadline'];
  const retry = flags['leader-elect-retry-period'];
  const problems: FlagProblem[] = [];
  if (flags['leader-elect-resource-lock'] !== 'leases') {
    problems.push({
      flag: 'leader-elect-resource-lock',
      text: `--leader-elect-resource-lock="${flags['leader-elect-resource-lock']}": resourceLock value must be "leases"`,
    });
  }
  for (const flag of ['leader-elect-resource-name', 'leader-elect-resource-namespace'] as const) {
    if (flags[flag] === '') problems.push({ flag, text: `--${flag} cannot be empty` });
  }
  if (lease < shortestLeaseMs) {
    problems.push({
      flag: 'leader-elect-lease-duration',
      text: `--leader-elect-lease-duration=${formatGoDuration(lease)} must be at least 1s`,
    });
  }
  if (lease <= renew) {
    problems.push({
      flag: 'leader-elect-lease-duration',
      text: `--leader-elect-lease-duration=${formatGoDuration(lease)} must be longer than --leader-elect-renew-deadline=${formatGoDuration(renew)}`,
    });
  }
  if (renew <= retry * retryJitter) {
    problems.push({
      flag: 'leader-elect-renew-deadline',
      text: `--leader-elect-renew-deadline=${formatGoDuration(renew)} must be longer than ${retryJitter} times --leader-elect-retry-period=${formatGoDuration(retry)}`,
    });
  }
  return problems;
}

function checkMigration(flags: ManagerFlags): readonly FlagProblem[] {
  if (!flags['enable-leader-migration'] || flags['leader-elect']) return [];
  return [
    { flag: 'enable-leader-migration', text: '--enable-leader-migration needs --leader-elect' },
  ];
}

function checkServing(flags: ManagerFlags): readonly FlagProblem[] {
  const problems: FlagProblem[] = [];
  const address = flags['bind-address'];
  if (isIP(address) === 0) {
    const text = `--bind-address cannot be "${address}": allowed is an IP address`;
    problems.push({ flag: 'bind-address', text });
  }
  const pair = ['tls-cert-file', 'tls-private-key-file'] as const;
  const given = pair.find((name) => flags[name] !== '');
  const missing = pair.find((name) => flags[name] === '');
  if (given !== undefined && missing !== undefined) {
    problems.push({ flag: given, text: `--${given} needs --${missing}` });
  }
  return problems;
}

function checkTls(flags: ManagerFlags): readonly FlagProblem[] {
  try {
    tlsSettings({
      minVersion: flags['tls-min-version'],
      cipherSuites: flags['tls-cipher-suites'],
      curvePreferences: flags['tls-curve-preferences'],
    });
    return [];
  } catch (error) {
    return [{ flag: 'tls-cipher-suites', text: errorText(error) }];
  }
}

function checkRequestHeaders(flags: ManagerFlags): readonly FlagProblem[] {
  const lists = [
    'requestheader-username-headers',
    'requestheader-uid-headers',
    'requestheader-group-headers',
    'requestheader-extra-headers-prefix',
    'requestheader-allowed-names',
  ] as const;
  const problems: FlagProblem[] = lists
    .filter((flag) => flags[flag].includes(''))
    .map((flag) => ({ flag, text: `empty value in "--${flag}"` }));
  const gate = 'RemoteRequestHeaderUID';
  if (flags['requestheader-uid-headers'].length > 0 && !featureEnabled(flags, gate)) {
    const text = `--requestheader-uid-headers needs the feature gate ${gate}`;
    problems.push({ flag: 'requestheader-uid-headers', text });
  }
  return problems;
}

/** Every webhook is unknown, because none is served. */
function checkWebhooks(flags: ManagerFlags): readonly FlagProblem[] {
  const problems: FlagProblem[] = flags.webhooks
    .filter((word) => word !== '*')
    .map((word) => ({
      flag: 'webhooks',
      text: `--webhooks: "${word.replace(/^-/, '')}" is not in the list of known webhooks`,
    }));
  const port = flags['webhook-secure-port'];
  if (port !== 0 && port === flags['secure-port']) {
    const text = `--webhook-secure-port cannot be the same value as --secure-port: ${port}`;
    problems.push({ flag: 'webhook-secure-port', text });
  }
  return problems;
}

function checkVersion(wish: VersionWish, built: string): readonly FlagProblem[] {
  if (!wish.startsWith('v')) return [];
  const text = reportedVersionProblem(wish, built);
  return text === undefined ? [] : [{ flag: 'version', text }];
}
