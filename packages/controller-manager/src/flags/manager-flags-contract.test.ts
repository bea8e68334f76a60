import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Flag } from '@k8s-ccm/component-config';
import { managerFlags } from './manager-flags.ts';

/** Section, flag, and default as it is written (contract.md#flags). */
const contract: readonly (readonly [section: string, flag: string, preset: string])[] = [
  ['debugging', 'profiling', 'true'],
  ['debugging', 'contention-profiling', 'false'],
  ['leader-migration', 'enable-leader-migration', 'false'],
  ['leader-migration', 'leader-migration-config', ''],
  ['generic', 'min-resync-period', '12h0m0s'],
  ['generic', 'kube-api-content-type', 'application/vnd.kubernetes.protobuf'],
  ['generic', 'kube-api-qps', '20'],
  ['generic', 'kube-api-burst', '30'],
  ['generic', 'controller-start-interval', '0s'],
  ['generic', 'controllers', '*'],
  ['generic', 'leader-elect', 'true'],
  ['generic', 'leader-elect-lease-duration', '15s'],
  ['generic', 'leader-elect-renew-deadline', '10s'],
  ['generic', 'leader-elect-retry-period', '2s'],
  ['generic', 'leader-elect-resource-lock', 'leases'],
  ['generic', 'leader-elect-resource-name', 'cloud-controller-manager'],
  ['generic', 'leader-elect-resource-namespace', 'kube-system'],
  ['generic', 'cloud-provider', ''],
  ['generic', 'cloud-config', ''],
  ['generic', 'external-cloud-volume-plugin', ''],
  ['generic', 'use-service-account-credentials', 'false'],
  ['generic', 'allow-untagged-cloud', 'false'],
  ['generic', 'route-reconciliation-period', '10s'],
  ['generic', 'node-monitor-period', '5s'],
  ['generic', 'cluster-name', 'kubernetes'],
  ['generic', 'cluster-cidr', ''],
  ['generic', 'allocate-node-cidrs', 'false'],
  ['generic', 'cidr-allocator-type', 'RangeAllocator'],
  ['generic', 'configure-cloud-routes', 'true'],
  ['generic', 'node-sync-period', '0s'],
  ['generic', 'feature-gates', ''],
  ['cloud-node-controller', 'concurrent-node-syncs', '1'],
  ['cloud-node-controller', 'concurrent-node-status-updates', '0'],
  ['service-lb-controller', 'concurrent-service-syncs', '1'],
  ['webhook', 'webhooks', ''],
  ['webhook serving', 'webhook-bind-address', '0.0.0.0'],
  ['webhook serving', 'webhook-secure-port', '10260'],
  ['webhook serving', 'webhook-disable-http2-serving', 'false'],
  ['webhook serving', 'webhook-cert-dir', ''],
  ['webhook serving', 'webhook-tls-cert-file', ''],
  ['webhook serving', 'webhook-tls-private-key-file', ''],
  ['webhook serving', 'webhook-tls-cipher-suites', ''],
  ['webhook serving', 'webhook-tls-curve-preferences', ''],
  ['webhook serving', 'webhook-tls-min-version', ''],
  ['webhook serving', 'webhook-tls-sni-cert-key', ''],
  ['secure serving', 'bind-address', '0.0.0.0'],
  ['secure serving', 'secure-port', '10258'],
  ['secure serving', 'disable-http2-serving', 'false'],
  ['secure serving', 'cert-dir', ''],
  ['secure serving', 'tls-cert-file', ''],
  ['secure serving', 'tls-private-key-file', ''],
  ['secure serving', 'tls-cipher-suites', ''],
  ['secure serving', 'tls-curve-preferences', ''],
  ['secure serving', 'tls-sni-cert-key', ''],
  ['secure serving', 'tls-min-version', ''],
  ['secure serving', 'http2-max-streams-per-connection', '0'],
  ['secure serving', 'permit-port-sharing', 'false'],
  ['secure serving', 'permit-address-sharing', 'false'],
  ['authentication', 'authentication-kubeconfig', ''],
  ['authentication', 'authentication-token-webhook-cache-ttl', '10s'],
  ['authentication', 'client-ca-file', ''],
  ['authentication', 'requestheader-username-headers', 'x-remote-user'],
  ['authentication', 'requestheader-uid-headers', ''],
  ['authentication', 'requestheader-group-headers', 'x-remote-group'],
  ['authentication', 'requestheader-extra-headers-prefix', 'x-remote-extra-'],
  ['authentication', 'requestheader-client-ca-file', ''],
  ['authentication', 'requestheader-allowed-names', ''],
  ['authentication', 'authentication-skip-lookup', 'false'],
  ['authentication', 'authentication-tolerate-lookup-failure', 'false'],
  ['authorization', 'authorization-kubeconfig', ''],
  ['authorization', 'authorization-webhook-cache-authorized-ttl', '10s'],
  ['authorization', 'authorization-webhook-cache-unauthorized-ttl', '10s'],
  ['authorization', 'authorization-always-allow-paths', '/healthz,/readyz,/livez'],
  ['misc', 'master', ''],
  ['misc', 'kubeconfig', ''],
  ['misc', 'node-status-update-frequency', '5m0s'],
  ['global', 'v', '0'],
  ['global', 'vmodule', ''],
  ['global', 'logging-format', 'text'],
  ['global', 'log-flush-frequency', '5s'],
  ['global', 'log-text-split-stream', 'false'],
  ['global', 'log-json-split-stream', 'false'],
  ['global', 'log-text-info-buffer-size', '0'],
  ['global', 'log-json-info-buffer-size', '0'],
  ['global', 'version', 'false'],
  ['global', 'help', 'false'],
];

/** What differs on purpose. The reasons stand in docs/explanation/differences-from-upstream.md. */
const differences: ReadonlyMap<string, string> = new Map([
  ['kube-api-qps', '0'],
  ['concurrent-node-syncs', '100'],
  ['concurrent-service-syncs', '50'],
]);

/** The feature gates that the contract names, by what they are there. */
const contractGates: Readonly<Record<string, boolean>> = {
  CloudControllerManagerWatchBasedRoutesReconciliation: false,
  CloudControllerManagerWebhook: false,
  ControllerManagerReleaseLeaderElectionLockOnExit: false,
  ContextualLogging: true,
  LoggingAlphaOptions: false,
  LoggingBetaOptions: true,
  NativeHistograms: false,
};

const gateDifferences: ReadonlyMap<string, boolean> = new Map([
  ['CloudControllerManagerWatchBasedRoutesReconciliation', true],
]);

/** Flags that upstream does not have. */
const ours = ['config', 'node-deletion-proof', 'node-deletion-grace', 'node-deletion-budget'];

const table = new Map<string, Flag<unknown>>(Object.entries(managerFlags));

describe('managerFlags beside the contract', () => {
  it.each(contract)('has in the section %s --%s, by default %j', (section, name, preset) => {
    const flag = table.get(name);
    expect(flag?.section).toBe(section);
    expect(flag?.format(flag.default)).toBe(differences.get(name) ?? preset);
  });

  it('has no other flags but our own', () => {
    const upstream = new Set(contract.map(([, name]) => name));
    expect([...table.keys()].filter((name) => !upstream.has(name)).toSorted()).toEqual(
      ours.toSorted(),
    );
  });

  it.each(Object.entries(contractGates))('has the feature gate %s, by default %s', (name, on) => {
    const gates: Readonly<Record<string, boolean>> = managerFlags['feature-gates'].default;
    expect(gates[name]).toBe(gateDifferences.get(name) ?? on);
  });

  it('says in the documentation what differs on purpose, and what is ours alone', async () => {
    const file = '../../../../docs/explanation/differences-from-upstream.md';
    const text = await readFile(join(import.meta.dirname, file), 'utf8');
    const section = /^## Flags$(?<rows>[^]*?)^## /m.exec(text)?.groups?.['rows'] ?? '';
    for (const name of [...differences.keys(), ...ours]) expect(section).toContain(`\`--${name}`);
    for (const [name] of gateDifferences) expect(section).toContain(name);
  });
});
