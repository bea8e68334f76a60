import type { Logger } from '@k8s-ccm/cloud-provider';
import { abortable } from '@k8s-ccm/foundation';
import { isSlbNotAuthorized } from '@k8s-ccm/inspur-sdk';
import type {
  CallOptions,
  Clock,
  Lane,
  Listener,
  Slb,
  SlbClient,
  SlbList,
} from '@k8s-ccm/inspur-sdk';

import { listenerOwner } from './listener-name.ts';
import { addressesOf } from './load-balancer-status.ts';
import { listenersIfAny } from './proven-absence.ts';
import { adviseOnSlbError, SlbStepError } from './slb-advice.ts';

/** Where in the account Services have listeners. */
export interface Survey {
  /** The SLB of every address in the account. */
  readonly slbIdByAddress: ReadonlyMap<string, string>;
  /** By the first 16 digits of the Service's UID. Names of version 0.1 do not count. */
  readonly slbIdsByOwner: ReadonlyMap<string, ReadonlySet<string>>;
  /** Whether it is proven that the account has no other SLB. */
  readonly hasAllSlbs: boolean;
  /** SLBs whose listeners cannot be read, and why. */
  readonly unreadable: ReadonlyMap<string, Error>;
}

/** The calls of an {@link AccountSurveyor}. */
export type AccountClient = Pick<
  SlbClient,
  'listLoadBalancers' | 'getLoadBalancer' | 'listListeners'
>;

/** Options of {@link AccountSurveyor}. */
export interface AccountSurveyorOptions {
  readonly client: AccountClient;
  readonly clock: Clock;
  readonly log: Logger;
  /** Ends all surveys. */
  readonly signal: AbortSignal;
  /** Ends the surveys in the background. Default: `signal`. */
  readonly background?: AbortSignal;
}

/** A Service whose listeners an earlier process may have left on an SLB that nothing tells of. */
export interface SurveySubject {
  /** The first 16 digits of its UID. */
  readonly owner: string;
  /** Whether this process knows that the SLB may carry listeners of the Service. */
  readonly isKnown: (slbId: string) => boolean;
  /** Called if the survey finds listeners on an SLB that is not known. */
  readonly onFound: () => void;
}

/** The delay of the first survey in the background, in milliseconds: the rush of a start is over then. */
const calmMs = 30_000;
/** The longest delay between two surveys in the background, in milliseconds. */
const maxDelayMs = 1_800_000;

/**
 * Looks through the account for listeners of Services by their names. A survey costs one read for each
 * SLB, so Services share it, and one that read everything is enough for the life of a process: it looks
 * for what earlier processes left, and what this process does is remembered elsewhere.
 */
export class AccountSurveyor {
  readonly #options: AccountSurveyorOptions;
  readonly #waiting = new Map<string, SurveySubject>();
  #running: Promise<Survey> | undefined;
  #completed: Survey | undefined;
  #isScheduled = false;

  constructor(options: AccountSurveyorOptions) {
    this.#options = options;
  }

  /** The survey of this process that read everything. */
  get completed(): Survey | undefined {
    return this.#completed;
  }

  /** Returns the completed survey, or makes one. `signal` ends the waiting, not the survey. */
  async survey(signal: AbortSignal, lane: Lane = 'load-balancer'): Promise<Survey> {
    signal.throwIfAborted();
    if (this.#completed !== undefined) return this.#completed;
    this.#running ??= this.#look(lane).finally(() => {
      this.#running = undefined;
    });
    return await abortable(this.#running, signal);
  }

  /**
   * Surveys the account in the background once the start has calmed down, for all subjects together,
   * again and again until everything was read.
   */
  schedule(subject: SurveySubject): void {
    this.#waiting.set(subject.owner, subject);
    if (this.#completed !== undefined) this.#report(this.#completed);
    else if (!this.#isScheduled) void this.#surveyLater();
  }

  /** Never rejects. */
  async #surveyLater(): Promise<void> {
    this.#isScheduled = true;
    const { clock, log, background: signal = this.#options.signal } = this.#options;
    for (let delayMs = calmMs; ; delayMs = Math.min(2 * delayMs, maxDelayMs)) {
      try {
        await clock.sleep(delayMs, { signal });
        const survey = await this.survey(signal, 'repair');
        this.#report(survey);
        if (this.#completed !== undefined) break;
        const { hasAllSlbs, unreadable } = survey;
        log.warn('not every load balancer could be searched for listeners of earlier processes', {
          hasAllSlbs,
          unreadable: [...unreadable.keys()],
        });
      } catch (error) {
        if (signal.aborted) return;
        log.warn('cannot search the account for listeners of earlier processes', { error });
      }
    }
    this.#isScheduled = false;
  }

  #report({ slbIdsByOwner }: Survey): void {
    for (const { isKnown, onFound, owner } of this.#waiting.values()) {
      if ([...(slbIdsByOwner.get(owner) ?? [])].some((slbId) => !isKnown(slbId))) onFound();
    }
    if (this.#completed !== undefined) this.#waiting.clear();
  }

  async #look(lane: Lane): Promise<Survey> {
    const call: CallOptions = { signal: this.#options.signal, lane };
    const { complete: hasAllSlbs, slbs } = await this.#listLoadBalancers(call);
    const slbIdsByOwner = new Map<string, Set<string>>();
    const unreadable = new Map<string, Error>();
    const denials: unknown[] = [];
    await Promise.all(
      slbs.map(async ({ slbId }) => {
        try {
          for (const { listenerName } of await this.#listenersIfAny(slbId, call)) {
            const owner = listenerOwner(listenerName);
            if (owner === undefined) continue;
            slbIdsByOwner.set(owner, (slbIdsByOwner.get(owner) ?? new Set()).add(slbId));
          }
        } catch (error) {
          const failure = new SlbStepError(`SLB "${slbId}"`, error);
          if (isSlbNotAuthorized(error)) denials.push(failure);
          else unreadable.set(slbId, adviseOnSlbError(failure));
        }
      }),
    );
    this.#options.signal.throwIfAborted();
    // A denied SLB is another account's and has none of our listeners. If all are denied, a right is missing.
    if (denials.length > 0 && denials.length === slbs.length) throw denials[0];
    const survey = { slbIdByAddress: slbIdByAddress(slbs), slbIdsByOwner, hasAllSlbs, unreadable };
    // An empty list may be all that an account without the right to list is shown.
    const isProof = hasAllSlbs && slbs.length > 0 && unreadable.size === 0;
    if (isProof) this.#completed = survey;
    return survey;
  }

  async #listLoadBalancers(call: CallOptions): Promise<SlbList> {
    try {
      return await this.#options.client.listLoadBalancers({}, call);
    } catch (error) {
      throw new SlbStepError('all SLBs of the account', error);
    }
  }

  /** Asks twice before it believes a denial, because one may be a fault. */
  async #listenersIfAny(slbId: string, call: CallOptions): Promise<readonly Listener[]> {
    const { client } = this.#options;
    try {
      return await listenersIfAny(client, slbId, call);
    } catch (error) {
      if (!isSlbNotAuthorized(error)) throw error;
      return await listenersIfAny(client, slbId, call);
    }
  }
}

function slbIdByAddress(slbs: readonly Slb[]): ReadonlyMap<string, string> {
  return new Map(
    slbs.flatMap((slb) => addressesOf(slb).map((address) => [address, slb.slbId] as const)),
  );
}
