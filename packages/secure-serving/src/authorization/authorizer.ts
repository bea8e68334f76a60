import { createHash } from 'node:crypto';
import type { Clock } from '@k8s-ccm/controller-runtime';
import { mastersGroup } from '../authentication/user-info.ts';
import type { UserInfo } from '../authentication/user-info.ts';
import { AnswerCache } from '../limits/answer-cache.ts';

/** A request of a user for a path. */
export interface Access {
  readonly user: UserInfo;
  readonly path: string;
  /** The method of the request, in lower case. */
  readonly verb: string;
  /** The source of the request, see `ClientSources`. */
  readonly source: string;
}

/** Decides whether a user may access a path. */
export interface AccessReviewer {
  /**
   * @param signal aborts when the answer is no longer needed
   * @throws Error if the access cannot be reviewed now
   */
  review(access: Access, signal: AbortSignal): Promise<boolean>;
}

/** Options of {@link Authorizer}. */
export interface AuthorizerOptions {
  /** Absent: only members of `system:masters` may access paths that are not always allowed. */
  readonly reviewer?: AccessReviewer;
  /** Paths that do not require authorization. A trailing `*` matches any suffix. */
  readonly alwaysAllowPaths: readonly string[];
  /** How long positive answers are cached, in milliseconds. */
  readonly authorizedTtlMs: number;
  /** How long negative answers are cached, in milliseconds. */
  readonly unauthorizedTtlMs: number;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** Maximum number of cached answers. */
const maxAnswers = 4096;

/** Decides whether a user may access a path (contract.md#endpoints). */
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

  /** Aborts pending reviews. */
  [Symbol.dispose](): void {
    this.#cache[Symbol.dispose]();
  }

  /** Returns true if the path does not require authorization. */
  isOpen(path: string): boolean {
    return this.#options.alwaysAllowPaths.some((pattern) => matches(pattern, path));
  }

  /** @throws Error if the access cannot be reviewed now. Access must then be denied. */
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

/** Removes a leading slash, as upstream does. */
function matches(pattern: string, path: string): boolean {
  const wanted = pattern.replace(/^\//, '');
  const asked = path.replace(/^\//, '');
  return wanted.endsWith('*') ? asked.startsWith(wanted.slice(0, -1)) : asked === wanted;
}
