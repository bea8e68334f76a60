import type { Clock, Server } from '@k8s-ccm/inspur-sdk';
import type { InstanceAnswer, InstanceDirectory } from '@k8s-ccm/provider-kit';

import { serverState } from '../servers/server-status.ts';

/** How long between two looks at the servers at least, in milliseconds. */
const pauseMs = 30_000;

/** How long the routes wait for the servers, in milliseconds: what is gone may be told later. */
const patienceMs = 5000;

/** What is known of the servers that were asked for; others may be in doubt. */
export interface ServerPresence {
  /** Servers that are gone for sure. */
  readonly gone: ReadonlySet<string>;
  /** Servers that exist. */
  readonly present: ReadonlySet<string>;
}

/**
 * Tells which servers are gone for sure: two complete answers in a row lack them and show another server, so that a
 * lost permission does not look like the end of all servers.
 */
export class GoneServers {
  readonly #directory: Pick<InstanceDirectory<Server>, 'byId'>;
  readonly #clock: Clock;
  #lookedAt: number | undefined;
  #missed: ReadonlySet<string> = new Set();
  #gone: ReadonlySet<string> = new Set();
  #present: ReadonlySet<string> = new Set();
  readonly #acquitted = new Set<string>();

  constructor(directory: Pick<InstanceDirectory<Server>, 'byId'>, clock: Clock) {
    this.#directory = directory;
    this.#clock = clock;
  }

  /**
   * What is known of these servers, by the last look if that was a moment ago. Throws what the directory throws, and an
   * Error if it takes too long.
   */
  async among(serverIds: readonly string[], signal: AbortSignal): Promise<ServerPresence> {
    const ids = new Set(serverIds);
    const now = this.#clock.monotonic();
    if (this.#lookedAt === undefined || now - this.#lookedAt >= pauseMs) {
      this.#lookedAt = now;
      this.#gone = new Set();
      this.#present = new Set();
      await this.#look([...ids], signal);
    }
    return {
      gone: new Set([...ids].filter((id) => this.#gone.has(id) && !this.#acquitted.has(id))),
      present: new Set([...ids].filter((id) => this.#present.has(id))),
    };
  }

  /**
   * The cloud took a route to this server: where it counted as gone, it does not any more until it was shown again. A
   * server that is only hidden would else lose its route over and over.
   */
  acquit(serverId: string): void {
    if (this.#gone.has(serverId)) this.#acquitted.add(serverId);
  }

  async #look(ids: readonly string[], signal: AbortSignal): Promise<void> {
    const answers = await this.#ask(ids, signal);
    const missed = answers.filter(({ answer }) => isMissed(answer)).map(({ id }) => id);
    const shown = answers.filter(({ answer }) => answer.kind === 'found' && !isMissed(answer));
    this.#present = new Set(shown.map(({ id }) => id));
    for (const { id } of shown) this.#acquitted.delete(id);
    const showsAny = shown.length > 0;
    const before = this.#missed;
    this.#missed = new Set(showsAny ? missed : []);
    this.#gone = new Set(missed.filter((id) => showsAny && before.has(id)));
  }

  async #ask(ids: readonly string[], signal: AbortSignal) {
    const patience = new AbortController();
    const timer = this.#clock.timer(patienceMs, () =>
      patience.abort(new Error(`no answer within ${patienceMs} ms`)),
    );
    const options = { signal: AbortSignal.any([signal, patience.signal]) };
    try {
      return await Promise.all(
        ids.map(async (id) => ({ id, answer: await this.#directory.byId(id, options) })),
      );
    } finally {
      timer.cancel();
    }
  }
}

function isMissed(answer: InstanceAnswer<Server>): boolean {
  if (answer.kind === 'found') return serverState(answer.item) === 'absent';
  return answer.kind === 'absent';
}
