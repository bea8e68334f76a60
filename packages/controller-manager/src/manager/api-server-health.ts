import type { Clock, KubeClient } from '@k8s-ccm/controller-runtime';
import { errorText, LinkedAbort } from '@k8s-ccm/foundation';
import type { Logger } from '@k8s-ccm/foundation';
import { ExitCode, StartError } from '../start-error.ts';

/** Options of {@link waitForApiServer}. */
export interface ApiServerHealthOptions {
  readonly client: Pick<KubeClient, 'request'>;
  readonly server: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Time limit in milliseconds. Default: 10 000 (contract.md#start). */
  readonly limitMs?: number;
}

const pauseMs = 1000;

/**
 * Waits until the API server is healthy.
 * @throws StartError after the time limit
 */
export async function waitForApiServer(options: ApiServerHealthOptions): Promise<void> {
  const { client, server, clock, log, signal, limitMs = 10_000 } = options;
  using limited = new LinkedAbort(signal);
  const timer = clock.timer(limitMs, () => limited.abort());
  const waiting = limited.signal;
  let why: unknown = new Error('no response');
  try {
    for (;;) {
      try {
        await client.request({
          method: 'GET',
          path: '/healthz',
          timeoutMs: limitMs,
          signal: waiting,
        });
        return;
      } catch (error) {
        waiting.throwIfAborted();
        why = error;
        log.debug('waiting for the API server to become healthy', { server, error });
      }
      await clock.sleep(pauseMs, { signal: waiting });
    }
  } catch {
    signal.throwIfAborted();
    throw new StartError(
      `the API server ${server} is not healthy after ${limitMs / 1000} s: ${errorText(why)}`,
      ExitCode.Fatal,
      { cause: why },
    );
  } finally {
    timer.cancel();
  }
}
