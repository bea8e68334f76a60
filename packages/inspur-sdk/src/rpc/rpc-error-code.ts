/** Error codes that the ECS and VPC APIs share. See inspur-api.md#rpc-style. */
export const RpcErrorCode = {
  ListFailed: '101.001007',
  ListEmpty: '101.001008',
  DetailFailed: '101.001009',
  DetailEmpty: '101.001010',
} as const;
