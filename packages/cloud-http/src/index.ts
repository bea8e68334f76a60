export { Budget } from './budget.ts';
export type { BudgetLimits, BudgetOptions, BudgetPermit } from './budget.ts';
export type { CallGate } from './call-gate.ts';
export type { CloudCall } from './call-record.ts';
export { defaultDialect, field, judgeStatus } from './answer-dialect.ts';
export type { AnswerDialect, AnswerKind, ErrorBody } from './answer-dialect.ts';
export { backoffMs } from './backoff.ts';
export type { BackoffOptions } from './backoff.ts';
export { CloudClient } from './cloud-client.ts';
export type { CloudClientOptions } from './cloud-client.ts';
export { createConnections } from './connections.ts';
export type { ConnectionOptions, ProxyFor, TlsOptions } from './connections.ts';
export { decode, int } from './decode.ts';
export type { Decoded } from './decode.ts';
export { TokenCache } from './token-cache.ts';
export type { Token, TokenCacheOptions } from './token-cache.ts';
export type { CloudCallOptions, CloudRequest, RequestBody } from './cloud-request.ts';
export { systemClock } from './clock.ts';
export type { Clock, Timer } from './clock.ts';
export {
  findCloudApiError,
  findCloudError,
  hasUnknownOutcome,
  isRateLimited,
  retryAfterOf,
} from './error-predicates.ts';
export {
  CloudApiError,
  CloudDecodeError,
  CloudError,
  CloudTimeoutError,
  CloudTransportError,
} from './errors.ts';
export type {
  CallOutcome,
  CloudApiErrorFields,
  CloudErrorFields,
  DecodeProblem,
} from './errors.ts';
export { lanes } from './lane.ts';
export type { Lane } from './lane.ts';
export { systemRandom } from './random.ts';
export type { Random } from './random.ts';
export { currentSecret, redact, Secret } from './secret.ts';
export type { SecretSource } from './secret.ts';
export type { OutgoingRequest, Signature, Signer, SigningContext } from './signer.ts';
export { urlText } from './url-text.ts';
