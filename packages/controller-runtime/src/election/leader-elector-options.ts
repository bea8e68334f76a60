import type { Logger } from '@k8s-ccm/cloud-provider';
import type { Clock } from '../time/clock.ts';
import type { EventRecorder } from '../events/event-recorder.ts';
import type { LeaseClient } from './lease-lock.ts';
import type { LeaseTimings } from './lease-timings.ts';
import type { MetricsRegistry } from '../metrics/metrics.ts';
import type { Random } from '../time/random.ts';

/** Options of `LeaderElector`. */
export interface LeaderElectorOptions extends Partial<LeaseTimings> {
  /** Best one with a connection of its own: a busy pool must not cost the lease. */
  readonly client: LeaseClient;
  /** Name of the Lease, and label `name` of the metrics. */
  readonly name: string;
  readonly namespace: string;
  /** Who we are; different for each process, e.g. `<hostname>_<uuid>`. */
  readonly identity: string;
  /** Gives the lease up after a clean stop. Default true. */
  readonly release?: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Gets the events `<identity> became leader` and `<identity> stopped leading` on the Lease. */
  readonly recorder?: EventRecorder | undefined;
  readonly metrics?: MetricsRegistry | undefined;
}
