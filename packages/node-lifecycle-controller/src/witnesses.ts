import type { Node } from '@k8s-ccm/cloud-provider';

/** Ready Nodes whose servers are asked for beside the missing ones, at most. */
export const maxWitnesses = 3;

/**
 * Chooses the Ready Nodes that may vouch for an answer. Those that did so last come first; the
 * others take turns, since a Ready Node may stand outside the cloud and never be shown.
 */
export class Witnesses {
  #proven: ReadonlySet<string> = new Set();
  #turn = 0;

  choose(ready: readonly Node[]): readonly Node[] {
    const proven = ready.filter((node) => this.#proven.has(nameOf(node))).slice(0, maxWitnesses);
    const others = ready.filter((node) => !this.#proven.has(nameOf(node)));
    const wanted = Math.min(maxWitnesses - proven.length, others.length);
    const start = this.#turn;
    this.#turn = others.length === 0 ? 0 : (start + wanted) % others.length;
    const next = Array.from(
      { length: wanted },
      (_, index) => others[(start + index) % others.length],
    );
    return [...proven, ...next.filter((node) => node !== undefined)];
  }

  /** The Nodes whose servers the answer has shown. */
  remember(shown: readonly Node[]): void {
    this.#proven = new Set(shown.map(nameOf));
  }
}

function nameOf(node: Node): string {
  return node.metadata?.name ?? '';
}
