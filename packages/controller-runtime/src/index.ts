export { ApiConnectionError } from './api/errors/api-connection-error.ts';
export type { SendOutcome } from '@k8s-ccm/foundation';
export { ApiError } from './api/errors/api-error.ts';
export type { ApiErrorFields } from './api/errors/api-error.ts';
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
} from './api/errors/api-error-predicates.ts';
export type { ApiRequest } from './api/transport/api-request.ts';
export type {
  ApiCredentials,
  ApiServerConfig,
  ApiServerTls,
  AuthHeaders,
} from './api/transport/api-server-config.ts';
export type { ApiStatus, StatusCause, StatusDetails } from './api/errors/api-status.ts';
export { ApiTimeoutError } from './api/errors/api-timeout-error.ts';
export type { CallGate } from './api/transport/call-gate.ts';
export { CaughtUpReader } from './controller/caught-up-reader.ts';
export type { CaughtUpRead, CaughtUpReaderOptions } from './controller/caught-up-reader.ts';
export { systemClock } from './time/clock.ts';
export type { Clock, Timer } from './time/clock.ts';
export type { ControllerDescriptor, ControllerStart } from './controller/controller-descriptor.ts';
export { EventBroadcaster } from './events/event-broadcaster.ts';
export type { EventBroadcasterOptions } from './events/event-broadcaster.ts';
export type { EventHandler, HandlerRegistration } from './informer/event-handler.ts';
export type { EventRecorder, EventType } from './events/event-recorder.ts';
export { findObject } from './api/find-object.ts';
export { HandlerScope } from './informer/handler-scope.ts';
export type { HandlerOptions, Informer } from './informer/informer.ts';
export { KubeClient } from './api/kube-client.ts';
export type { ClientLimits, ClientRate, KubeClientOptions } from './api/kube-client.ts';
export { loadKubeConfig } from './kubeconfig/kube-config.ts';
export type { LoadKubeConfigOptions } from './kubeconfig/kube-config.ts';
export { KubeConfigError } from './kubeconfig/kube-config-error.ts';
export { LeaderElector } from './election/leader-elector.ts';
export type { LeaderElectorOptions } from './election/leader-elector-options.ts';
export { LeadershipLostError } from './election/leadership-lost-error.ts';
export type { LeaseClient } from './election/lease-lock.ts';
export type { LeaseTimings } from './election/lease-timings.ts';
export { exponentialBuckets, MetricConflictError, MetricsRegistry } from './metrics/metrics.ts';
export type {
  Counter,
  Gauge,
  Histogram,
  HistogramDefinition,
  LabelArguments,
  MetricDefinition,
} from './metrics/metrics.ts';
export { objectKey, splitKey } from './informer/object-key.ts';
export { OwnWrites } from './controller/own-writes.ts';
export type { OwnWritesOptions } from './controller/own-writes.ts';
export { ParallelLimit } from './queue/parallel-limit.ts';
export { seededRandom, systemRandom } from './time/random.ts';
export type { Random } from './time/random.ts';
export {
  bucketRateLimiter,
  defaultControllerRateLimiter,
  exponentialBackoff,
  maxOf,
} from './queue/rate-limiter.ts';
export type { ExponentialBackoffOptions, RateLimiter } from './queue/rate-limiter.ts';
export { reconcileId } from './queue/reconcile-id.ts';
export { Reflector } from './informer/reflector.ts';
export type { ReflectorOptions, ReflectorTarget } from './informer/reflector.ts';
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
} from './api/resource-client.ts';
export type { ObjectRef, ResourceDefinition } from './api/resource-definition.ts';
export { isNewerVersion } from './informer/resource-version.ts';
export { runWorkers } from './queue/run-workers.ts';
export type { RunWorkersOptions } from './queue/run-workers.ts';
export { serviceAccountCredentials } from './api/transport/service-account-credentials.ts';
export type { ServiceAccountCredentialsOptions } from './api/transport/service-account-credentials.ts';
export { SharedInformer } from './informer/shared-informer.ts';
export type { SharedInformerOptions } from './informer/shared-informer.ts';
export type { Indexer, Store } from './informer/store.ts';
export { tokenBucket } from './time/token-bucket.ts';
export type { TokenBucket, TokenBucketOptions } from './time/token-bucket.ts';
export { trimManagedFields, trimNode, trimService } from './informer/trim.ts';
export { WatchDecodeError } from './api/watch-decode-error.ts';
export type { WatchDecodeProblem } from './api/watch-decode-error.ts';
export type { WatchBookmark, WatchEvent } from './api/watch-event.ts';
export { WorkQueue } from './queue/work-queue.ts';
export type { WorkQueueOptions } from './queue/work-queue.ts';
