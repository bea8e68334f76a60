/** A feature gate of upstream that has no effect. */
export interface UpstreamFeatureGate {
  /** The only value that is accepted. Absent if both values are accepted. */
  readonly lockedTo?: boolean;
  /** Why the gate has no effect. */
  readonly noEffect: string;
}

/** Gates of cloud controller managers that upstream locked to true before removing them. */
const alwaysOn = [
  'CloudDualStackNodeIPs',
  'ComponentSLIs',
  'ControllerManagerLeaderMigration',
  'IPv6DualStack',
  'NodeDisruptionExclusion',
  'ServiceLoadBalancerFinalizer',
  'ServiceNodeExclusion',
  'StableLoadBalancerNodeSet',
];

/** Gates of cloud controller managers that upstream locked to false before removing them. */
const alwaysOff = ['LegacyNodeRoleBehavior'];

/** Gates of the API server library that upstream has locked to true. Most of them have been removed. */
const apiServerAlwaysOn = [
  'APIListChunking',
  'APIPriorityAndFairness',
  'APIServerTracing',
  'AdmissionWebhookMatchConditions',
  'AdvancedAuditing',
  'AggregatedDiscoveryEndpoint',
  'AggregatedDiscoveryRemoveBetaType',
  'AnonymousAuthConfigurableEndpoints',
  'AuthorizeWithSelectors',
  'BtreeWatchCache',
  'ConsistentListFromCache',
  'CustomResourceValidationExpressions',
  'DeclarativeValidation',
  'DryRun',
  'EfficientWatchResumption',
  'KMSv2',
  'KMSv2KDF',
  'OpenAPIV3',
  'RemainingItemCount',
  'RemoveSelfLink',
  'ResilientWatchCacheInitialization',
  'RetryGenerateName',
  'SelectorIndex',
  'ServerSideApply',
  'ServerSideFieldValidation',
  'StreamingCollectionEncodingToJSON',
  'StreamingCollectionEncodingToProtobuf',
  'StrictCostEnforcementForVAP',
  'StrictCostEnforcementForWebhooks',
  'StructuredAuthenticationConfiguration',
  'StructuredAuthorizationConfiguration',
  'ValidatingAdmissionPolicy',
  'WarningHeaders',
  'WatchBookmark',
  'ZeroLimitedNominalConcurrencyShares',
];

/** Gates of the API server library that upstream has locked to false. */
const apiServerAlwaysOff = ['SeparateCacheWatchRPC', 'WatchFromStorageWithoutResourceVersion'];

/** Gates of the API server library that are not locked upstream. */
const apiServer = [
  'APIResponseCompression',
  'APIServerIdentity',
  'APIServingWithRoutine',
  'AllowParsingUserUIDFromCertAuth',
  'AllowUnsafeMalformedObjectDeletion',
  'CBORServingAndStorage',
  'ComponentFlagz',
  'ComponentStatusz',
  'ConcurrentWatchObjectDecode',
  'ConstrainedImpersonation',
  'CoordinatedLeaderElection',
  'DeclarativeValidationBeta',
  'DeclarativeValidationTakeover',
  'DetectCacheInconsistency',
  'KMSv1',
  'ListFromCacheSnapshot',
  'ManifestBasedAdmissionControlConfig',
  'MutatingAdmissionPolicy',
  'OpenAPIEnums',
  'ShardedListAndWatch',
  'SizeBasedListCostEstimate',
  'StorageVersionAPI',
  'StorageVersionHash',
  'StructuredAuthenticationConfigurationEgressSelector',
  'StructuredAuthenticationConfigurationJWKSMetrics',
  'TokenRequestServiceAccountUIDValidation',
  'UnauthenticatedHTTP2DOSMitigation',
  'UnknownVersionInteroperabilityProxy',
  'WatchCacheInitializationPostStartHook',
  'WatchList',
];

const ofApiServers = 'it is for features of API servers, and none is served';

/**
 * Feature gates of Kubernetes 1.15 to 1.36 that upstream's cloud controller managers have accepted and that
 * existing manifests may still set, by name. Upstream has locked most of them to one value and removed many
 * since.
 */
export const upstreamFeatureGates: ReadonlyMap<string, UpstreamFeatureGate> = new Map([
  ...entries(alwaysOn, { lockedTo: true, noEffect: 'upstream has locked it to true' }),
  ...entries(alwaysOff, { lockedTo: false, noEffect: 'upstream has locked it to false' }),
  ...entries(apiServerAlwaysOn, { lockedTo: true, noEffect: ofApiServers }),
  ...entries(apiServerAlwaysOff, { lockedTo: false, noEffect: ofApiServers }),
  ...entries(apiServer, { noEffect: ofApiServers }),
]);

function entries(
  names: readonly string[],
  gate: UpstreamFeatureGate,
): (readonly [string, UpstreamFeatureGate])[] {
  return names.map((name) => [name, gate]);
}
