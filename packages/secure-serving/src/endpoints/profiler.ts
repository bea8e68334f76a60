import type { Clock } from '@k8s-ccm/controller-runtime';

/**
 * Looks into this process, one look at a time. There is no snapshot of the heap: it would hold the
 * credentials for the cloud, and nothing else could go on while it is made.
 */
export class Profiler {
  readonly #clock: Clock;
  #isBusy = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A CPU profile over `ms` milliseconds as JSON; `undefined` where another one is being made. */
  cpu(ms: number, signal: AbortSignal): Promise<string | undefined> {
    return this.#record(async (session) => {
      await session.post('Profiler.enable');
      await session.post('Profiler.start');
      await this.#clock.sleep(ms, { signal });
      const { profile } = await session.post('Profiler.stop');
      return JSON.stringify(profile);
    });
  }

  /** What is allocated over `ms` milliseconds and still there at their end, as JSON; `undefined` as above. */
  heap(ms: number, signal: AbortSignal): Promise<string | undefined> {
    return this.#record(async (session) => {
      await session.post('HeapProfiler.startSampling');
      await this.#clock.sleep(ms, { signal });
      const { profile } = await session.post('HeapProfiler.stopSampling');
      return JSON.stringify(profile);
    });
  }

  async #record(
    record: (session: InspectorSession) => Promise<string>,
  ): Promise<string | undefined> {
    if (this.#isBusy) return undefined;
    this.#isBusy = true;
    try {
      return await inSession(record);
    } finally {
      this.#isBusy = false;
    }
  }
}

async function inSession(record: (session: InspectorSession) => Promise<string>): Promise<string> {
  // Loaded when it is asked for: hardly anybody ever does.
  const { Session } = await import('node:inspector/promises');
  const session = new Session();
  session.connect();
  try {
    return await record(session);
  } finally {
    session.disconnect();
  }
}

type InspectorSession = InstanceType<(typeof import('node:inspector/promises'))['Session']>;
