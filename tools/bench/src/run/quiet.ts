import type { Clock } from '@k8s-ccm/controller-runtime';

/** When something counts as quiet. */
export interface QuietOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** For so long nothing must have changed, milliseconds. Default 1000. */
  readonly quietMs?: number;
  /** How often it is looked at, milliseconds. Default 100. */
  readonly intervalMs?: number;
}

/** Waits until a number has stayed the same for a while. */
export async function untilQuiet(
  look: () => Promise<number>,
  { clock, signal, quietMs = 1000, intervalMs = 100 }: QuietOptions,
): Promise<void> {
  let last = await look();
  let changedAt = clock.monotonic();
  while (clock.monotonic() - changedAt < quietMs) {
    await clock.sleep(intervalMs, { signal });
    const now = await look();
    if (now !== last) changedAt = clock.monotonic();
    last = now;
  }
}
