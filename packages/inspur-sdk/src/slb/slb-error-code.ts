/** Error codes of the SLB API. See inspur-api.md#slb-errors. */
export const SlbErrorCode = {
  BadRequest: '107.000400',
  SlbNotAuthorized: '107.001401',
  SlbNotFound: '107.001404',
  ListenerPortInUse: '107.002400',
  ListenerNotFound: '107.002404',
  ListenerCommandFailed: '107.002500',
  BackendNotFound: '107.003404',
  QuotaExceeded: '107.003500',
  PodNodeNotFound: '107.004404',
  CertificateEmpty: '107.008400',
  CertificateNotAuthorized: '107.008401',
  CertificateNotFound: '107.008404',
  CertificateInUse: '107.008409',
  AclNotFound: '107.009404',
  ServerNotFound: '107.101404',
  ServerPortNotFound: '107.102404',
  AddBackendsFailed: '107.103500',
  RemoveBackendsFailed: '107.203500',
  ChangeBackendsFailed: '107.303500',
  Unauthorized: '107.999401',
  InternalError: '107.999500',
} as const;

/** A documented error code of the SLB API. */
export type SlbErrorCode = (typeof SlbErrorCode)[keyof typeof SlbErrorCode];
