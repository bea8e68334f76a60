import type { Arrow } from './arrow.ts';

/** Names that reach each other along arrows. */
export interface Circle {
  /** Everything that reaches every other member, sorted. */
  readonly members: readonly string[];
  /** A shortest way around from one member back to it; the first name is not repeated at the end. */
  readonly way: readonly string[];
}

/** The circles of a graph: its strongly connected components of two or more names, ordered by their first member. */
export function findCircles(arrows: readonly Arrow[]): readonly Circle[] {
  const targets = new Map<string, string[]>();
  for (const { from, to } of arrows) targets.set(from, [...(targets.get(from) ?? []), to]);
  const reached = new Map([...targets.keys()].map((name) => [name, reachable(name, targets)]));
  const placed = new Set<string>();
  const circles: Circle[] = [];
  for (const name of [...targets.keys()].toSorted()) {
    if (placed.has(name) || !isReached(name, name, reached)) continue;
    const members = [...targets.keys()]
      .filter((other) => isReached(name, other, reached) && isReached(other, name, reached))
      .toSorted();
    for (const member of members) placed.add(member);
    circles.push({ members, way: shortestWay(members, targets) });
  }
  return circles;
}

/** The distance in arrows from the nearest of `starts` to every name that they reach; the starts have 0. */
export function distances(
  starts: readonly string[],
  arrows: readonly Arrow[],
): ReadonlyMap<string, number> {
  const byFrom = Map.groupBy(arrows, ({ from }) => from);
  const found = new Map(starts.map((start) => [start, 0]));
  // A map can be extended while it is walked: new names come after the present ones.
  for (const [name, distance] of found) {
    for (const { to } of byFrom.get(name) ?? []) {
      if (!found.has(to)) found.set(to, distance + 1);
    }
  }
  return found;
}

/** What `start` reaches in one arrow or more. */
function reachable(
  start: string,
  targets: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const found = new Set<string>(targets.get(start));
  for (const name of found) {
    for (const target of targets.get(name) ?? []) found.add(target);
  }
  return found;
}

function isReached(
  from: string,
  to: string,
  reached: ReadonlyMap<string, ReadonlySet<string>>,
): boolean {
  return reached.get(from)?.has(to) ?? false;
}

function shortestWay(
  members: readonly string[],
  targets: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  return members
    .map((member) => wayBack(member, targets))
    .reduce((best, other) => (other.length < best.length ? other : best));
}

function wayBack(
  start: string,
  targets: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const before = new Map<string, string>();
  const queue = [start];
  for (const name of queue) {
    for (const target of targets.get(name) ?? []) {
      if (target === start) return wayTo(name, before);
      if (before.has(target)) continue;
      before.set(target, name);
      queue.push(target);
    }
  }
  return [start];
}

function wayTo(last: string, before: ReadonlyMap<string, string>): readonly string[] {
  const previous = before.get(last);
  return previous === undefined ? [last] : [...wayTo(previous, before), last];
}
