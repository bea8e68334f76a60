import { refuseControlInput } from '../input/control-input-error.ts';
import { Fields } from '../input/fields.ts';

/** Services that the caller lost the permission for. */
export interface Denial {
  readonly services: readonly string[];
  /** `code`: every call is refused as unauthorised. `empty`: lists are empty, as real clouds do, and the rest is refused. */
  readonly as: 'code' | 'empty';
}

/** The services that can be denied. */
export const deniableServices: readonly string[] = ['slb', 'ecs', 'vpc', 'eip'];

/** Reads a denial of unknown origin. @throws ControlInputError */
export function readDenial(value: unknown): Denial {
  const fields = new Fields(value, '', refuseControlInput);
  fields.only(['services', 'as']);
  const services = fields.strings('services', []);
  if (!services.every((service) => deniableServices.includes(service))) {
    throw fields.refuse('services', `some of ${deniableServices.join(', ')}`);
  }
  return { services, as: fields.choice('as', ['code', 'empty'], 'code') };
}
