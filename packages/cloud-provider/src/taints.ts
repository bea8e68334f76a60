import type { Node, Taint } from './kubernetes-types.ts';
import { UninitializedTaintKey } from './well-known.ts';

/** Whether two taints are the same taint: key and effect; the value does not matter (contract.md#node-taints). */
export function matchesTaint(one: Taint, other: Taint): boolean {
  return one.key === other.key && one.effect === other.effect;
}

/** Whether the Node waits for its initialization: a taint of that key, whatever value and effect. */
export function hasUninitializedTaint(node: Node): boolean {
  return (node.spec?.taints ?? []).some(({ key }) => key === UninitializedTaintKey);
}

/** Whether the Node has the taint, by key and effect. */
export function hasTaint(node: Node, taint: Taint): boolean {
  return (node.spec?.taints ?? []).some((present) => matchesTaint(present, taint));
}

/**
 * The taints with this one among them: in the place of one with the same key and effect, else at
 * the end. `undefined` where nothing changes, so nothing need be written.
 */
export function withTaint(taints: readonly Taint[], taint: Taint): readonly Taint[] | undefined {
  const index = taints.findIndex((present) => matchesTaint(present, taint));
  const present = taints[index];
  if (present === undefined) return [...taints, taint];
  // Two spellings of "no value" are one.
  return (present.value ?? '') === (taint.value ?? '') ? undefined : taints.with(index, taint);
}

/** The taints without this one (key and effect), in order; `undefined` where it is not there. */
export function withoutTaint(taints: readonly Taint[], taint: Taint): readonly Taint[] | undefined {
  const kept = taints.filter((present) => !matchesTaint(present, taint));
  return kept.length === taints.length ? undefined : kept;
}

/** The taints without any of this key, in order; `undefined` where there is none. */
export function withoutTaintKey(
  taints: readonly Taint[],
  key: string,
): readonly Taint[] | undefined {
  const kept = taints.filter((present) => present.key !== key);
  return kept.length === taints.length ? undefined : kept;
}
