import type { Clock } from '@k8s-ccm/controller-runtime';

/**
 * Profiles this process, one profile at a time. Heap snapshots are not supported, because they would contain
 * credentials and block the process.
 */
export class Profiler {
  readonly #clock: Clock;
  #isBusy = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Records a CPU profile for `ms` milliseconds and returns it as JSON, or `undefined` if another profile is in
   * progress.
   */
  cpu(ms: number, signal: AbortSignal): Promise<string | undefined> {
    return this.#record(async (session) => {
      await session.post('Profiler.enable');
      await session.post('Profiler.start');
      await this.#clock.sleep(ms, { signal });
      const { profile } = await session.post('Profiler.stop');
      return JSON.stringify(profile);
    });
  }

  /**
   * Records allocations for `ms` milliseconds that are still live at the end, and returns them as JSON, or
   * `undefined` if another profile is in progress.
   */
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
  // Loaded on demand, because profiles are rare.
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
