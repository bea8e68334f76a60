import { RpcErrorCode } from '../rpc/rpc-error-code.ts';

/** Error codes of the ECS API. See inspur-api.md#ecs-errors. */
export const EcsErrorCode = {
  ...RpcErrorCode,
  ParameterMissing: '101.001001',
  ParameterInvalid: '101.001002',
  QuotaExceeded: '101.001021',
  EipNotFound: '101.006004',
} as const;

/** A documented error code of the ECS API. */
export type EcsErrorCode = (typeof EcsErrorCode)[keyof typeof EcsErrorCode];
