import { refuseControlInput } from '../input/control-input-error.ts';
import { Fields } from '../input/fields.ts';

/** Services to which the caller is denied access. */
export interface Denial {
  readonly services: readonly string[];
  /**
   * `code`: all calls are refused as unauthorized. `empty`: lists are empty, as in some real clouds, and other calls
   * are refused.
   */
  readonly as: 'code' | 'empty';
}

/** Services that can be denied. */
export const deniableServices: readonly string[] = ['slb', 'ecs', 'vpc', 'eip'];

/** Validates a denial. @throws ControlInputError if it is invalid */
export function readDenial(value: unknown): Denial {
  const fields = new Fields(value, '', refuseControlInput);
  fields.only(['services', 'as']);
  const services = fields.strings('services', []);
  if (!services.every((service) => deniableServices.includes(service))) {
    throw fields.refuse('services', `some of ${deniableServices.join(', ')}`);
  }
  return { services, as: fields.choice('as', ['code', 'empty'], 'code') };
}
