import type { Emulator } from '@k8s-ccm/inspur-emulator';

/**
 * Watches the members of all listeners. It looks after every call that changed something, before the
 * caller gets its answer, so no state of the cloud escapes it.
 */
export class MemberWatch implements Disposable {
  readonly #emulator: Emulator;
  readonly #end: () => void;
  readonly #served = new Set<string>();
  readonly #lapses: string[] = [];
  readonly #most = new Map<string, number>();

  /** Listeners that have members now count as served from the start. */
  constructor(emulator: Emulator) {
    this.#emulator = emulator;
    this.#look('the start');
    this.#end = emulator.onCall(({ n, method, operation }) => {
      if (method !== 'GET') this.#look(`call ${n} (${operation})`);
    });
  }

  /** The moments at which a port that once had a member had none, in order. */
  get lapses(): readonly string[] {
    return this.#lapses;
  }

  /** The ports that have had a member, as `SLB PROTOCOL/port`. */
  get served(): readonly string[] {
    return [...this.#served].toSorted();
  }

  /** The most members that a port ever had. */
  most(port: string): number {
    return this.#most.get(port) ?? 0;
  }

  [Symbol.dispose](): void {
    this.#end();
  }

  #look(moment: string): void {
    const { listeners, members } = this.#emulator.state();
    const counts = new Map<string, number>();
    for (const { listenerId, slbId, protocol, port } of listeners) {
      const count = members.filter((member) => member.listenerId === listenerId).length;
      if (count > 0) counts.set(`${slbId} ${protocol}/${port}`, count);
    }
    for (const [port, count] of counts) this.#most.set(port, Math.max(this.most(port), count));
    for (const port of this.#served) {
      if (!counts.has(port)) this.#lapses.push(`${port} has no member after ${moment}`);
    }
    for (const port of counts.keys()) this.#served.add(port);
  }
}
