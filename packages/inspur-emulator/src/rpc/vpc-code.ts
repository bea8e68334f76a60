/** Codes of the VPC API: not published, after the pattern of the SLB API's (service, kind, status) [assumed]. The rest are ECS's. */
export const VpcCode = {
  RouteTableNotFound: '102.002404',
  RouteNotFound: '102.003404',
  /** The table has a route to the same destination. */
  RouteExists: '102.003409',
  /** The next hop. */
  ServerNotFound: '102.101404',
} as const;
