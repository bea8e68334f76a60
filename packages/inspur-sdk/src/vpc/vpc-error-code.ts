/**
 * The VPC API's error codes. None is published: those of its own are made after the pattern of SLB's (service, kind,
 * status) [assumed], the others are ECS's [assumed]. Decide by a look at the table where much depends on it.
 */
export const VpcErrorCode = {
  ParameterMissing: '101.001001',
  ParameterInvalid: '101.001002',
  QuotaExceeded: '101.001021',
  RouteTableNotFound: '102.002404',
  RouteNotFound: '102.003404',
  /** The table has a route to the same destination. */
  RouteExists: '102.003409',
  /** There is no such server to lead to. */
  NextHopNotFound: '102.101404',
} as const;

/** One of the VPC API's error codes. */
export type VpcErrorCode = (typeof VpcErrorCode)[keyof typeof VpcErrorCode];
