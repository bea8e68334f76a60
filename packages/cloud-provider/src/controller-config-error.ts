import { brand } from './error-brand.ts';

/**
 * A controller cannot work because the configuration itself is wrong, so another try is of no use.
 * Thrown by a controller's start, it ends the manager with 255 and the message as its one line; a
 * controller that fails with anything else is started again.
 *
 * `instanceof` holds across copies of this package.
 */
export class ControllerConfigError extends Error {
  static {
    brand(this, 'ControllerConfigError');
  }

  override readonly name = 'ControllerConfigError';
  readonly code = 'CONTROLLER_CONFIG';
}
