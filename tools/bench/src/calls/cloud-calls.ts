import type { Call } from '@k8s-ccm/inspur-emulator';
import { countBy } from './count-by.ts';
import type { Counts } from './count-by.ts';

/** True for a call that did what it asked for. */
export function succeeded({ status }: Call): boolean {
  return status >= 200 && status < 300;
}

/** Counts calls by operation; those that were refused are counted apart, with their status. */
export function countCloudCalls(calls: Iterable<Call>): Counts {
  return countBy(calls, (call) => {
    const name = call.operation === '' ? `${call.method} (unknown path)` : call.operation;
    return succeeded(call) ? name : `${name} (${call.status})`;
  });
}
