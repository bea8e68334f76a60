/**
 * Error codes of the VPC API. None is published: its own codes follow the pattern of SLB's (service, kind, status)
 * [assumed], the others are ECS's [assumed]. Do not make critical decisions by these codes alone; verify against the
 * route table.
 */
export const VpcErrorCode = {
  ParameterMissing: '101.001001',
  ParameterInvalid: '101.001002',
  QuotaExceeded: '101.001021',
  RouteTableNotFound: '102.002404',
  RouteNotFound: '102.003404',
  /** The table already has a route to the same destination. */
  RouteExists: '102.003409',
  /** The server of the next hop does not exist. */
  NextHopNotFound: '102.101404',
} as const;

/** An error code of the VPC API. */
export type VpcErrorCode = (typeof VpcErrorCode)[keyof typeof VpcErrorCode];
