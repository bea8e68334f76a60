import type {
  InstanceState,
  Instances,
  Logger,
  Node,
  NodeCallOptions,
} from '@k8s-ccm/cloud-provider';
import type { Clock } from '@k8s-ccm/controller-runtime';
import type { Look } from './agreement.ts';
import type { Witness } from './decide.ts';
import { Witnesses } from './witnesses.ts';

/** What {@link Looks} works with. */
export interface LooksOptions {
  readonly instances: Instances;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly log: Logger;
}

interface Asked {
  readonly wall: number;
  readonly monotonic: number;
}

/** Asks the cloud for servers, and says of each answer what it is worth. A failure is an answer too: `unanswered`. */
export class Looks {
  readonly #options: LooksOptions;
  readonly #witnesses = new Witnesses();

  constructor(options: LooksOptions) {
    this.#options = options;
  }

  /** True where one look can show many servers. */
  get canSurvey(): boolean {
    return this.#options.instances.survey !== undefined;
  }

  /**
   * One survey for all suspects and a few Ready Nodes. Gives the look at a Node by its name.
   * Only for a provider with `survey`.
   */
  async survey(
    suspects: readonly Node[],
    ready: readonly Node[],
    options: NodeCallOptions,
  ): Promise<(name: string) => Look> {
    const { instances, log } = this.#options;
    const candidates = this.#witnesses.choose(ready);
    const asked = this.#asked();
    try {
      const answer = await instances.survey?.([...suspects, ...candidates], {
        ...options,
        witnesses: candidates,
      });
      if (answer === undefined) return () => unanswered(asked);
      const { complete, states, unwitnessed } = answer;
      const shown = candidates.filter(({ metadata }) =>
        isPresent(states.get(metadata?.name ?? '')),
      );
      this.#witnesses.remember(shown);
      const read = this.#read(asked, answer.startedAt);
      return (name) => ({
        server: states.get(name) ?? 'unknown',
        complete,
        witness: witnessOf(unwitnessed?.has(name) === true ? [] : shown, ready),
        ...read,
      });
    } catch (error) {
      options.signal.throwIfAborted();
      log.warn('error checking if nodes exist', { nodes: suspects.length, error });
      return () => unanswered(asked);
    }
  }

  /** A look at one server, as upstream: by `exists` and, where it exists, `isShutdown`. */
  async lookAt(node: Node, options: NodeCallOptions): Promise<Look> {
    const asked = this.#asked();
    const server = await this.#serverOf(node, options);
    return {
      server,
      complete: server !== 'unanswered',
      witness: 'none-possible',
      readAt: asked.monotonic,
      startedAt: asked.wall,
    };
  }

  async #serverOf(node: Node, options: NodeCallOptions): Promise<Look['server']> {
    const { instances, log } = this.#options;
    const name = node.metadata?.name;
    try {
      if (!(await instances.exists(node, options))) return 'absent';
    } catch (error) {
      options.signal.throwIfAborted();
      log.warn('error checking if node exists', { node: name, error });
      return 'unanswered';
    }
    try {
      return (await instances.isShutdown(node, options)) ? 'stopped' : 'running';
    } catch (error) {
      options.signal.throwIfAborted();
      log.warn('error checking if node is shut down', { node: name, error });
      return 'running';
    }
  }

  #asked(): Asked {
    const { clock } = this.#options;
    return { wall: clock.now(), monotonic: clock.monotonic() };
  }

  /** Rounds are compared on the monotonic clock: a step of the time of day must not look like ten minutes. */
  #read(asked: Asked, startedAt: number): Pick<Look, 'readAt' | 'startedAt'> {
    const { clock } = this.#options;
    // From before the question, or of a time that is not yet: the clock was set, or it is another one.
    const isOfThisRound = startedAt >= asked.wall && startedAt <= clock.now();
    if (!isOfThisRound) return { readAt: asked.monotonic, startedAt: undefined };
    const readAt = Math.min(asked.monotonic + startedAt - asked.wall, clock.monotonic());
    return { readAt, startedAt };
  }
}

function unanswered({ monotonic, wall }: Asked): Look {
  return {
    server: 'unanswered',
    complete: false,
    witness: 'none-possible',
    readAt: monotonic,
    startedAt: wall,
  };
}

function isPresent(state: InstanceState | undefined): boolean {
  return state === 'running' || state === 'stopped';
}

function witnessOf(shown: readonly Node[], ready: readonly Node[]): Witness {
  if (shown.length > 0) return 'shown';
  return ready.length === 0 ? 'none-ready' : 'not-shown';
}
