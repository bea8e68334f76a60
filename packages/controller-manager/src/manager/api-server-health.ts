import type { Clock, KubeClient } from '@k8s-ccm/controller-runtime';
import { errorText, LinkedAbort } from '@k8s-ccm/foundation';
import type { Logger } from '@k8s-ccm/foundation';
import { ExitCode, StartError } from '../start-error.ts';

/** Whom to ask, and how long. */
export interface ApiServerHealthOptions {
  readonly client: Pick<KubeClient, 'request'>;
  readonly server: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Default 10 000 (contract.md#start). */
  readonly limitMs?: number;
}

const pauseMs = 1000;

/** Waits until the API server says that it is healthy. @throws StartError when the limit is over */
export async function untilApiServerHealthy(options: ApiServerHealthOptions): Promise<void> {
  const { client, server, clock, log, signal, limitMs = 10_000 } = options;
  using limited = new LinkedAbort(signal);
  const timer = clock.timer(limitMs, () => limited.abort());
  const waiting = limited.signal;
  let why: unknown = new Error('it does not answer');
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
        log.debug('API server not healthy yet', { server, error });
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
