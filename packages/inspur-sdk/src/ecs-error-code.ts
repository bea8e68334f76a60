/** The ECS API's error codes. See inspur-api.md#ecs-errors. */
export const EcsErrorCode = {
  ParameterMissing: '101.001001',
  ParameterInvalid: '101.001002',
  ListFailed: '101.001007',
  ListEmpty: '101.001008',
  DetailFailed: '101.001009',
  DetailEmpty: '101.001010',
  QuotaExceeded: '101.001021',
  EipNotFound: '101.006004',
} as const;

/** One of the ECS API's documented error codes. */
export type EcsErrorCode = (typeof EcsErrorCode)[keyof typeof EcsErrorCode];
