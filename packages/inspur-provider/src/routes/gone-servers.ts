import { LinkedAbort } from '@k8s-ccm/foundation';
import type { Clock, Server } from '@k8s-ccm/inspur-sdk';
import type { InstanceAnswer, InstanceDirectory, InstanceSnapshot } from '@k8s-ccm/provider-kit';

import { serverState } from '../servers/server-status.ts';

/** How long between two looks at the servers at least, in milliseconds. */
const pauseMs = 30_000;

/** How long the routes wait for the servers, in milliseconds: what is gone may be told later. */
const patienceMs = 5000;

/** Servers that are asked for in each call to show that the cloud answers, at most. */
const mostWitnesses = 3;

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
  /** Servers that the last answers have shown. */
  #witnesses: readonly string[] = [];
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
    const witnesses = this.#witnesses;
    this.#present = new Set();
    const answers = await this.#ask(ids, witnesses, signal);
    const shows = showsAnyOf([...ids, ...witnesses]);
    const missed = answers.filter(({ answer }) => isMissed(answer, shows)).map(({ id }) => id);
    const shown = answers.filter(({ answer }) => isPresent(answer)).map(({ id }) => id);
    for (const id of shown) this.#acquitted.delete(id);
    this.#present = new Set(shown);
    this.#witnesses = shown.slice(0, mostWitnesses);
    const before = this.#missed;
    this.#missed = new Set(missed);
    this.#gone = new Set(missed.filter((id) => before.has(id)));
  }

  async #ask(ids: readonly string[], witnesses: readonly string[], signal: AbortSignal) {
    using limited = new LinkedAbort(signal);
    const timer = this.#clock.timer(patienceMs, () =>
      limited.abort(new Error(`no answer within ${patienceMs} ms`)),
    );
    const options = { signal: limited.signal, witnesses };
    try {
      return await Promise.all(
        ids.map(async (id) => ({ id, answer: await this.#directory.byId(id, options) })),
      );
    } finally {
      timer.cancel();
    }
  }
}

/** Whether an answer shows any of these servers; each answer is looked through once. */
function showsAnyOf(ids: readonly string[]): (snapshot: InstanceSnapshot<Server>) => boolean {
  const known = new Map<InstanceSnapshot<Server>, boolean>();
  return (snapshot) => {
    const shows =
      known.get(snapshot) ??
      ids.some((id) => isExisting(snapshot.get(id) ?? { status: 'deleted' }));
    known.set(snapshot, shows);
    return shows;
  };
}

/** Whether the cloud says that a server is deleted, or lacks it in an answer that shows another one. */
function isMissed(
  answer: InstanceAnswer<Server>,
  shows: (snapshot: InstanceSnapshot<Server>) => boolean,
): boolean {
  if (answer.kind === 'found') return !isExisting(answer.item);
  return answer.kind === 'absent' && shows(answer.snapshot);
}

function isPresent(answer: InstanceAnswer<Server>): boolean {
  return answer.kind === 'found' && isExisting(answer.item);
}

function isExisting(server: Pick<Server, 'status'>): boolean {
  return serverState(server) !== 'absent';
}
