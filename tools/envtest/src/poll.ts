import { clock } from './clock.ts';

/** How long and how often `poll` looks. */
export interface PollOptions {
  /** What is waited for, for the error's text: "waited 5 s for …". */
  readonly what: string;
  readonly limitMs: number;
  /** Default 50. */
  readonly intervalMs?: number;
  readonly signal?: AbortSignal;
}

/** Looks until there is an answer. @throws Error when the limit is over; the signal's reason */
export async function poll<T>(
  look: () => Promise<T | undefined> | T | undefined,
  { what, limitMs, intervalMs = 50, signal }: PollOptions,
): Promise<T> {
  const end = clock.monotonic() + limitMs;
  for (;;) {
    const answer = await look();
    if (answer !== undefined) return answer;
    if (clock.monotonic() > end) throw new Error(`waited ${limitMs / 1000} s in vain for ${what}`);
    await clock.sleep(intervalMs, signal);
  }
}
