import { brand } from './error-brand.ts';

/** Base class of every error that a provider hands to a controller. `instanceof` holds across copies of this package. */
export abstract class CloudProviderError extends Error {
  static {
    brand(this, 'CloudProviderError');
  }

  abstract override readonly name: string;
  abstract readonly code: string;
}

/** The cloud has no such instance. See contract.md#errors. */
export class InstanceNotFoundError extends CloudProviderError {
  static {
    brand(this, 'InstanceNotFoundError');
  }

  override readonly name = 'InstanceNotFoundError';
  override readonly code = 'INSTANCE_NOT_FOUND';

  constructor(message = 'instance not found', options?: ErrorOptions) {
    super(message, options);
  }
}

/**
 * Which instance is a Node's cannot be told until somebody changes the Node or the cloud: two instances fit it, or
 * its provider id is another cloud's. The Node's users hear of it at once, not only when waiting has not helped.
 */
export class InstanceUnresolvableError extends CloudProviderError {
  static {
    brand(this, 'InstanceUnresolvableError');
  }

  override readonly name: string = 'InstanceUnresolvableError';
  override readonly code: string = 'INSTANCE_UNRESOLVABLE';
}

/**
 * Whether a route is there, or whose it is, cannot be told from what the cloud says. Nothing was done; the Node's
 * condition stays, as the route may be there.
 */
export class RouteDoubtError extends CloudProviderError {
  static {
    brand(this, 'RouteDoubtError');
  }

  override readonly name = 'RouteDoubtError';
  override readonly code = 'ROUTE_DOUBT';
}

/**
 * The Node is not initialized, and a route to it cannot be created before it is. The route controller creates the
 * route after the initialization, and reports nothing until then.
 */
export class NodePendingError extends CloudProviderError {
  static {
    brand(this, 'NodePendingError');
  }

  override readonly name = 'NodePendingError';
  override readonly code = 'NODE_PENDING';
}

/** The cloud has no such disk. See contract.md#errors. */
export class DiskNotFoundError extends CloudProviderError {
  static {
    brand(this, 'DiskNotFoundError');
  }

  override readonly name = 'DiskNotFoundError';
  override readonly code = 'DISK_NOT_FOUND';

  constructor(message = 'disk is not found', options?: ErrorOptions) {
    super(message, options);
  }
}

/** The provider does not offer this operation. See contract.md#errors. */
export class NotImplementedError extends CloudProviderError {
  static {
    brand(this, 'NotImplementedError');
  }

  override readonly name = 'NotImplementedError';
  override readonly code = 'NOT_IMPLEMENTED';

  constructor(message = 'unimplemented', options?: ErrorOptions) {
    super(message, options);
  }
}

/** Somebody else does this work for the object; the controller leaves it alone. See contract.md#implemented-elsewhere. */
export class ImplementedElsewhereError extends CloudProviderError {
  static {
    brand(this, 'ImplementedElsewhereError');
  }

  override readonly name = 'ImplementedElsewhereError';
  override readonly code = 'IMPLEMENTED_ELSEWHERE';

  constructor(message = 'implemented by alternate to cloud provider', options?: ErrorOptions) {
    super(message, options);
  }
}

/** The operation is worth another try after a known time (upstream's `api.RetryError`). */
export class RetryAfterError extends CloudProviderError {
  static {
    brand(this, 'RetryAfterError');
  }

  override readonly name = 'RetryAfterError';
  override readonly code = 'RETRY_AFTER';
  /** Milliseconds until the next try. */
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}
