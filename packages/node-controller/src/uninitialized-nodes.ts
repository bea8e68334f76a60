import { NodeEventReason } from '@k8s-ccm/cloud-provider';
import type { Node } from '@k8s-ccm/cloud-provider';
import type { Clock, EventRecorder, Timer } from '@k8s-ccm/controller-runtime';

/** How long a Node may wait for its initialization before its users hear of it. */
const patienceMs = 60_000;

/** They hear of it again this often, for events are forgotten after an hour; the same text is only counted. */
const repeatMs = 300_000;

interface Waiting {
  node: Node;
  reason: string;
  /** The last reason that was told without waiting. */
  helpAskedFor?: string;
  timer: Timer;
}

/** What {@link UninitializedNodes} works with. */
export interface UninitializedNodesOptions {
  readonly recorder: EventRecorder;
  readonly clock: Clock;
}

/**
 * The Nodes that wait for their initialization, and why. One that waits for a minute from when it
 * was first seen gets a Warning event with the last reason: otherwise only the log would say why no
 * pod is ever scheduled there (upstream says nothing). Where only somebody's help can end the wait,
 * it is told at once.
 */
export class UninitializedNodes {
  readonly #options: UninitializedNodesOptions;
  readonly #waiting = new Map<string, Waiting>();

  constructor(options: UninitializedNodesOptions) {
    this.#options = options;
  }

  /** The newest state of a Node that waits. Its time runs from the first call. */
  saw(node: Node): void {
    const name = node.metadata?.name ?? '';
    const before = this.#waiting.get(name);
    if (before !== undefined && before.node.metadata?.uid === node.metadata?.uid) {
      before.node = node;
      return;
    }
    before?.timer.cancel();
    this.#waiting.set(name, {
      node,
      reason: 'the cloud provider has not answered yet',
      timer: this.#warnIn(patienceMs, name),
    });
  }

  /** Why the Node still waits. */
  waits(name: string, reason: string): void {
    const waiting = this.#waiting.get(name);
    if (waiting !== undefined) waiting.reason = reason;
  }

  /** Why the Node waits until somebody does something about it: told at once, and then every few minutes. */
  waitsForHelp(name: string, reason: string): void {
    const waiting = this.#waiting.get(name);
    if (waiting === undefined || waiting.helpAskedFor === reason) return;
    waiting.reason = reason;
    waiting.helpAskedFor = reason;
    waiting.timer.cancel();
    this.#warn(name);
  }

  /** The Node waits no more: initialized or gone. */
  forget(name: string): void {
    this.#waiting.get(name)?.timer.cancel();
    this.#waiting.delete(name);
  }

  /** Forgets all of them. */
  close(): void {
    for (const name of this.#waiting.keys()) this.forget(name);
  }

  #warnIn(ms: number, name: string): Timer {
    return this.#options.clock.timer(ms, () => this.#warn(name));
  }

  #warn(name: string): void {
    const waiting = this.#waiting.get(name);
    if (waiting === undefined) return;
    // No duration in the text: events are counted as one while their text is the same.
    this.#options.recorder.event(
      waiting.node,
      'Warning',
      NodeEventReason.UninitializedNode,
      `Node is not initialized by the cloud provider yet: ${waiting.reason}`,
    );
    waiting.timer = this.#warnIn(repeatMs, name);
  }
}
