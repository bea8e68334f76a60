export { Budget } from './budget/budget.ts';
export type { BudgetLimits, BudgetOptions, BudgetPermit } from './budget/budget.ts';
export type { CallGate } from './transport/call-gate.ts';
export type { CloudCall } from './call/call-record.ts';
export { defaultDialect, field, judgeStatus } from './answer/answer-dialect.ts';
export type { AnswerDialect, AnswerKind, ErrorBody } from './answer/answer-dialect.ts';
export { backoffMs } from './time/backoff.ts';
export type { BackoffOptions } from './time/backoff.ts';
export { CloudClient } from './call/cloud-client.ts';
export type { CloudClientOptions } from './call/cloud-client.ts';
export { createConnections } from './transport/connections.ts';
export type { ConnectionOptions, ProxyFor, TlsOptions } from './transport/connections.ts';
export { decode, int } from './answer/decode.ts';
export type { Decoded } from './answer/decode.ts';
export { TokenCache } from './auth/token-cache.ts';
export type { Token, TokenCacheOptions } from './auth/token-cache.ts';
export type { CloudCallOptions, CloudRequest, RequestBody } from './call/cloud-request.ts';
export { systemClock } from './time/clock.ts';
export type { Clock, Timer } from './time/clock.ts';
export {
  findCloudApiError,
  findCloudError,
  hasUnknownOutcome,
  isRateLimited,
  retryAfterOf,
} from './answer/error-predicates.ts';
export {
  CloudApiError,
  CloudDecodeError,
  CloudError,
  CloudTimeoutError,
  CloudTransportError,
} from './answer/errors.ts';
export type {
  CallOutcome,
  CloudApiErrorFields,
  CloudErrorFields,
  DecodeProblem,
} from './answer/errors.ts';
export { lanes } from './budget/lane.ts';
export type { Lane } from './budget/lane.ts';
export { systemRandom } from './time/random.ts';
export type { Random } from './time/random.ts';
export { currentSecret, redact, Secret } from './auth/secret.ts';
export type { SecretSource } from './auth/secret.ts';
export type { OutgoingRequest, Signature, Signer, SigningContext } from './auth/signer.ts';
export { urlText } from './call/url-text.ts';
