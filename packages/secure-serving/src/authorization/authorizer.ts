import { createHash } from 'node:crypto';
import type { Clock } from '@k8s-ccm/controller-runtime';
import { mastersGroup } from '../authentication/user-info.ts';
import type { UserInfo } from '../authentication/user-info.ts';
import { AnswerCache } from '../limits/answer-cache.ts';

/** Somebody asks for a path. */
export interface Access {
  readonly user: UserInfo;
  readonly path: string;
  /** The request's method in lower case. */
  readonly verb: string;
  /** Where the request comes from, by `ClientSources`. */
  readonly source: string;
}

/** Knows who may do what. */
export interface AccessReviewer {
  /**
   * @param signal aborts when nobody waits for the answer any longer
   * @throws Error if that cannot be found out at the moment
   */
  review(access: Access, signal: AbortSignal): Promise<boolean>;
}

/** What an {@link Authorizer} stands on. */
export interface AuthorizerOptions {
  /** Absent: nobody but the masters may do what is not always allowed. */
  readonly reviewer?: AccessReviewer;
  /** Paths that everybody may ask for, with `*` at the end all that begin so. */
  readonly alwaysAllowPaths: readonly string[];
  /** How long it is remembered that somebody may, in milliseconds. */
  readonly authorizedTtlMs: number;
  /** How long it is remembered that somebody may not, in milliseconds. */
  readonly unauthorizedTtlMs: number;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** Answers that are remembered at once. */
const maxAnswers = 4096;

/** Decides who may ask for what (contract.md#endpoints). */
export class Authorizer implements Disposable {
  readonly #options: AuthorizerOptions;
  readonly #cache: AnswerCache<boolean>;

  constructor(options: AuthorizerOptions) {
    const { authorizedTtlMs, unauthorizedTtlMs, clock } = options;
    this.#options = options;
    this.#cache = new AnswerCache({
      ttlMs: (isAllowed) => (isAllowed ? authorizedTtlMs : unauthorizedTtlMs),
      maxEntries: maxAnswers,
      clock,
    });
  }

  /** Gives up what is being asked. */
  [Symbol.dispose](): void {
    this.#cache[Symbol.dispose]();
  }

  /** Whether everybody may ask for the path; then it does not matter who asks. */
  isOpen(path: string): boolean {
    return this.#options.alwaysAllowPaths.some((pattern) => matches(pattern, path));
  }

  /** @throws Error where it cannot be found out at the moment: then nobody may */
  async mayAccess(access: Access): Promise<boolean> {
    const { reviewer } = this.#options;
    const { user, path, verb, source } = access;
    if (user.groups.includes(mastersGroup) || this.isOpen(path)) return true;
    if (reviewer === undefined) return false;
    const text = JSON.stringify([user.name, user.uid, user.groups, user.extra, path, verb]);
    const key = createHash('sha256').update(text).digest('base64');
    return this.#cache.get({ key, source, ask: (signal) => reviewer.review(access, signal) });
  }
}

/** A slash in front makes no difference, as upstream has it. */
function matches(pattern: string, path: string): boolean {
  const wanted = pattern.replace(/^\//, '');
  const asked = path.replace(/^\//, '');
  return wanted.endsWith('*') ? asked.startsWith(wanted.slice(0, -1)) : asked === wanted;
}
