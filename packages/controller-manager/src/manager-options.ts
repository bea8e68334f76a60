import { isIP } from 'node:net';
import { formatGoDuration, isExternal } from '@k8s-ccm/cloud-provider';
import type { CloudProviderRegistry } from '@k8s-ccm/cloud-provider';
import { unknownControllers } from './controllers-flag.ts';
import type { SelectableController } from './controllers-flag.ts';
import type { ManagerFlags } from './manager-flags.ts';
import type { FlagProblem } from './parse-flags.ts';

/** What the program was built with. */
export interface Built {
  readonly providers: CloudProviderRegistry;
  readonly controllers: readonly SelectableController[];
}

/** Retry periods are drawn out by this factor, so the deadline must leave room for one. */
const retryJitter = 1.2;

/** What is wrong with values that are each allowed by themselves (contract §7.2); all of it. */
export function checkManagerFlags(
  flags: ManagerFlags,
  { providers, controllers }: Built,
): readonly FlagProblem[] {
  return [
    ...checkProvider(flags['cloud-provider'], providers),
    ...unknownControllers(flags.controllers, controllers).map((text) => ({
      flag: 'controllers',
      text,
    })),
    ...checkElection(flags),
    ...checkBindAddress(flags['bind-address']),
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

function checkElection(flags: ManagerFlags): readonly FlagProblem[] {
  if (!flags['leader-elect']) return [];
  const lease = flags['leader-elect-lease-duration'];
  const renew = flags['leader-elect-renew-deadline'];
  const retry = flags['leader-elect-retry-period'];
  const problems: FlagProblem[] = [];
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

function checkBindAddress(address: string): readonly FlagProblem[] {
  if (isIP(address) !== 0) return [];
  return [
    {
      flag: 'bind-address',
      text: `--bind-address cannot be "${address}": allowed is an IP address`,
    },
  ];
}
