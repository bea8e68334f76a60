/** A feature gate of upstream that has no effect here. */
export interface UpstreamFeatureGate {
  /** The only value that is accepted. Absent if both are. */
  readonly lockedTo?: boolean;
  /** Why setting it has no effect. */
  readonly noEffect: string;
}

/** Gates of cloud controller managers that upstream locked to true before it removed them. */
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

/** Gates of cloud controller managers that upstream locked to false before it removed them. */
const alwaysOff = ['LegacyNodeRoleBehavior'];

/** Gates of the library for API servers that upstream has locked to true, and most of them removed. */
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

/** Gates of the library for API servers that upstream has locked to false. */
const apiServerAlwaysOff = ['SeparateCacheWatchRPC', 'WatchFromStorageWithoutResourceVersion'];

/** Gates of the library for API servers that can still be set to both values upstream. */
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
 * Feature gates that upstream's cloud controller managers have accepted, and that people still have in their manifests,
 * by name. Upstream has locked most of them to one value and removed many since. Kubernetes 1.15 to 1.36.
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
