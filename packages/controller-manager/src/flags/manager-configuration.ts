import type { ConfigurationSchema } from '@k8s-ccm/component-config';
import { flagWarnings } from './flag-warnings.ts';
import { managerFlags } from './manager-flags.ts';
import type { ManagerFlags } from './manager-flags.ts';

/**
 * The paths of flags in a CloudControllerManagerConfiguration (contract.md#component-configuration).
 * `FeatureGates`, `NodeLifecycleController`, `SecureServing`, `Authentication`, `Authorization`, `Logging`,
 * `Generic.LeaderMigrationConfigFile` and `Generic.ClientConnection.master` are not part of upstream's
 * configuration. A flag without an effect has a path only if upstream has one.
 */
const paths = {
  'min-resync-period': 'Generic.MinResyncPeriod',
  kubeconfig: 'Generic.ClientConnection.kubeconfig',
  master: 'Generic.ClientConnection.master',
  'kube-api-content-type': 'Generic.ClientConnection.contentType',
  'kube-api-qps': 'Generic.ClientConnection.qps',
  'kube-api-burst': 'Generic.ClientConnection.burst',
  'controller-start-interval': 'Generic.ControllerStartInterval',
  'leader-elect': 'Generic.LeaderElection.leaderElect',
  'leader-elect-lease-duration': 'Generic.LeaderElection.leaseDuration',
  'leader-elect-renew-deadline': 'Generic.LeaderElection.renewDeadline',
  'leader-elect-retry-period': 'Generic.LeaderElection.retryPeriod',
  'leader-elect-resource-lock': 'Generic.LeaderElection.resourceLock',
  'leader-elect-resource-name': 'Generic.LeaderElection.resourceName',
  'leader-elect-resource-namespace': 'Generic.LeaderElection.resourceNamespace',
  controllers: 'Generic.Controllers',
  profiling: 'Generic.Debugging.enableProfiling',
  'contention-profiling': 'Generic.Debugging.enableContentionProfiling',
  'enable-leader-migration': 'Generic.LeaderMigrationEnabled',
  'leader-migration-config': 'Generic.LeaderMigrationConfigFile',
  'cloud-provider': 'KubeCloudShared.CloudProvider.Name',
  'cloud-config': 'KubeCloudShared.CloudProvider.CloudConfigFile',
  'external-cloud-volume-plugin': 'KubeCloudShared.ExternalCloudVolumePlugin',
  'use-service-account-credentials': 'KubeCloudShared.UseServiceAccountCredentials',
  'allow-untagged-cloud': 'KubeCloudShared.AllowUntaggedCloud',
  'route-reconciliation-period': 'KubeCloudShared.RouteReconciliationPeriod',
  'node-monitor-period': 'KubeCloudShared.NodeMonitorPeriod',
  'cluster-name': 'KubeCloudShared.ClusterName',
  'cluster-cidr': 'KubeCloudShared.ClusterCIDR',
  'allocate-node-cidrs': 'KubeCloudShared.AllocateNodeCIDRs',
  'cidr-allocator-type': 'KubeCloudShared.CIDRAllocatorType',
  'configure-cloud-routes': 'KubeCloudShared.ConfigureCloudRoutes',
  'node-sync-period': 'KubeCloudShared.NodeSyncPeriod',
  'concurrent-node-syncs': 'NodeController.ConcurrentNodeSyncs',
  'concurrent-node-status-updates': 'NodeController.ConcurrentNodeStatusUpdates',
  'node-deletion-proof': 'NodeLifecycleController.NodeDeletionProof',
  'node-deletion-grace': 'NodeLifecycleController.NodeDeletionGrace',
  'node-deletion-budget': 'NodeLifecycleController.NodeDeletionBudget',
  'concurrent-service-syncs': 'ServiceController.ConcurrentServiceSyncs',
  'node-status-update-frequency': 'NodeStatusUpdateFrequency',
  webhooks: 'Webhook.Webhooks',
  'feature-gates': 'FeatureGates',
  'bind-address': 'SecureServing.BindAddress',
  'secure-port': 'SecureServing.SecurePort',
  'cert-dir': 'SecureServing.CertDir',
  'tls-cert-file': 'SecureServing.TLSCertFile',
  'tls-private-key-file': 'SecureServing.TLSPrivateKeyFile',
  'tls-cipher-suites': 'SecureServing.TLSCipherSuites',
  'tls-curve-preferences': 'SecureServing.TLSCurvePreferences',
  'tls-min-version': 'SecureServing.TLSMinVersion',
  'tls-sni-cert-key': 'SecureServing.TLSSNICertKeys',
  'permit-port-sharing': 'SecureServing.PermitPortSharing',
  'authentication-kubeconfig': 'Authentication.Kubeconfig',
  'authentication-token-webhook-cache-ttl': 'Authentication.TokenWebhookCacheTTL',
  'authentication-skip-lookup': 'Authentication.SkipLookup',
  'authentication-tolerate-lookup-failure': 'Authentication.TolerateLookupFailure',
  'client-ca-file': 'Authentication.ClientCAFile',
  'requestheader-username-headers': 'Authentication.RequestHeader.UsernameHeaders',
  'requestheader-uid-headers': 'Authentication.RequestHeader.UIDHeaders',
  'requestheader-group-headers': 'Authentication.RequestHeader.GroupHeaders',
  'requestheader-extra-headers-prefix': 'Authentication.RequestHeader.ExtraHeaderPrefixes',
  'requestheader-client-ca-file': 'Authentication.RequestHeader.ClientCAFile',
  'requestheader-allowed-names': 'Authentication.RequestHeader.AllowedNames',
  'authorization-kubeconfig': 'Authorization.Kubeconfig',
  'authorization-webhook-cache-authorized-ttl': 'Authorization.AuthorizedCacheTTL',
  'authorization-webhook-cache-unauthorized-ttl': 'Authorization.UnauthorizedCacheTTL',
  'authorization-always-allow-paths': 'Authorization.AlwaysAllowPaths',
  'logging-format': 'Logging.format',
  v: 'Logging.verbosity',
} as const satisfies Readonly<Partial<Record<keyof ManagerFlags, string>>>;

/** Keys of upstream's configuration that no flag sets. The port and the address date from before HTTPS. */
const fixedValues: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['Generic.Port', 0],
  ['Generic.Address', '0.0.0.0'],
  ['Generic.ClientConnection.acceptContentTypes', ''],
  ['Generic.LeaderMigration.leaderName', ''],
  ['Generic.LeaderMigration.resourceLock', ''],
  ['Generic.LeaderMigration.controllerLeaders', null],
]);

/** The configuration of a cloud controller manager (contract.md#component-configuration). */
export const managerConfiguration = {
  flags: managerFlags,
  environmentPrefix: 'CCM_',
  apiVersion: 'cloudcontrollermanager.config.k8s.io/v1alpha1',
  kind: 'CloudControllerManagerConfiguration',
  paths,
  fixedValues,
  warnings: flagWarnings,
} as const satisfies ConfigurationSchema<typeof managerFlags>;
