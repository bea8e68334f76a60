export { ApiConnectionError } from './api-connection-error.ts';
export type { SendOutcome } from '@k8s-ccm/foundation';
export { ApiError } from './api-error.ts';
export type { ApiErrorFields } from './api-error.ts';
export {
  asApiError,
  isAlreadyExists,
  isBadRequest,
  isConflict,
  isConnectionError,
  isExpired,
  isForbidden,
  isInvalid,
  isNamespaceTerminating,
  isNotFound,
  isServerError,
  isTimeout,
  isTooLargeResourceVersion,
  isTooManyRequests,
  isUnauthorized,
  retryAfterMsOf,
} from './api-error-predicates.ts';
export type { ApiRequest } from './api-request.ts';
export type {
  ApiCredentials,
  ApiServerConfig,
  ApiServerTls,
  AuthHeaders,
} from './api-server-config.ts';
export type { ApiStatus, StatusCause, StatusDetails } from './api-status.ts';
export { ApiTimeoutError } from './api-timeout-error.ts';
export type { CallGate } from './call-gate.ts';
export { CaughtUpReader } from './caught-up-reader.ts';
export type { CaughtUpRead, CaughtUpReaderOptions } from './caught-up-reader.ts';
export { systemClock } from './clock.ts';
export type { Clock, Timer } from './clock.ts';
export type { ControllerDescriptor, ControllerStart } from './controller-descriptor.ts';
export { EventBroadcaster } from './event-broadcaster.ts';
export type { EventBroadcasterOptions } from './event-broadcaster.ts';
export type { EventHandler, HandlerRegistration } from './event-handler.ts';
export type { EventRecorder, EventType } from './event-recorder.ts';
export { findObject } from './find-object.ts';
export { HandlerScope } from './handler-scope.ts';
export type { HandlerOptions, Informer } from './informer.ts';
export { KubeClient } from './kube-client.ts';
export type { ClientLimits, ClientRate, KubeClientOptions } from './kube-client.ts';
export { loadKubeConfig } from './kubeconfig/kube-config.ts';
export type { LoadKubeConfigOptions } from './kubeconfig/kube-config.ts';
export { KubeConfigError } from './kubeconfig/kube-config-error.ts';
export { LeaderElector } from './leader-elector.ts';
export type { LeaderElectorOptions } from './leader-elector-options.ts';
export { LeadershipLostError } from './leadership-lost-error.ts';
export type { LeaseClient } from './lease-lock.ts';
export type { LeaseTimings } from './lease-timings.ts';
export { exponentialBuckets, MetricConflictError, MetricsRegistry } from './metrics.ts';
export type {
  Counter,
  Gauge,
  Histogram,
  HistogramDefinition,
  LabelArguments,
  MetricDefinition,
} from './metrics.ts';
export { objectKey, splitKey } from './object-key.ts';
export { OwnWrites } from './own-writes.ts';
export type { OwnWritesOptions } from './own-writes.ts';
export { ParallelLimit } from './parallel-limit.ts';
export { seededRandom, systemRandom } from './random.ts';
export type { Random } from './random.ts';
export { defaultControllerRateLimiter, exponentialBackoff, maxOf } from './rate-limiter.ts';
export type { ExponentialBackoffOptions, RateLimiter } from './rate-limiter.ts';
export { reconcileId } from './reconcile-id.ts';
export { Reflector } from './reflector.ts';
export type { ReflectorOptions, ReflectorTarget } from './reflector.ts';
export type {
  CallOptions,
  CreateOptions,
  DeleteOptions,
  GetOptions,
  ListOptions,
  ObjectList,
  PatchOptions,
  PatchType,
  ResourceClient,
  Selection,
  UpdateOptions,
  WatchOptions,
} from './resource-client.ts';
export type { ObjectRef, ResourceDefinition } from './resource-definition.ts';
export { isNewerVersion } from './resource-version.ts';
export { runWorkers } from './run-workers.ts';
export type { RunWorkersOptions } from './run-workers.ts';
export { serviceAccountCredentials } from './service-account-credentials.ts';
export type { ServiceAccountCredentialsOptions } from './service-account-credentials.ts';
export { SharedInformer } from './shared-informer.ts';
export type { SharedInformerOptions } from './shared-informer.ts';
export type { Indexer, Store } from './store.ts';
export { tokenBucket } from './token-bucket.ts';
export type { TokenBucket, TokenBucketOptions } from './token-bucket.ts';
export { trimManagedFields } from './trim-managed-fields.ts';
export { trimNode } from './trim-node.ts';
export { trimService } from './trim-service.ts';
export { WatchDecodeError } from './watch-decode-error.ts';
export type { WatchDecodeProblem } from './watch-decode-error.ts';
export type { WatchBookmark, WatchEvent } from './watch-event.ts';
export { WorkQueue } from './work-queue.ts';
export type { WorkQueueOptions } from './work-queue.ts';
