import { errorText } from '@k8s-ccm/cloud-provider';

/** Not every route is as it should be after a run; it is tried again. */
export class RouteSyncError extends Error {
  override readonly name = 'RouteSyncError';
  readonly code = 'ROUTE_SYNC_FAILED';

  /** `<what>: <the first cause's text>`; a wish for a certain time of the next try is found in any of the causes. */
  constructor(what: string, causes: readonly unknown[]) {
    super(`${what}: ${errorText(causes[0])}`, { cause: new AggregateError(causes) });
  }
}
