import type { Logger } from '@k8s-ccm/cloud-provider';
import type { Clock } from '../time/clock.ts';
import type { EventRecorder } from '../events/event-recorder.ts';
import type { LeaseClient } from './lease-lock.ts';
import type { LeaseTimings } from './lease-timings.ts';
import type { MetricsRegistry } from '../metrics/metrics.ts';
import type { Random } from '../time/random.ts';

/** Options of `LeaderElector`. */
export interface LeaderElectorOptions extends Partial<LeaseTimings> {
  /** Should have connections of its own: a busy pool must not cost the lease. */
  readonly client: LeaseClient;
  /** Name of the Lease and value of the label `name` of the metrics. */
  readonly name: string;
  readonly namespace: string;
  /** Identity of this process, unique to it; for example, `<hostname>_<uuid>`. */
  readonly identity: string;
  /** Whether to release the lease after a clean stop. Default: true. */
  readonly release?: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Receives the events `<identity> became leader` and `<identity> stopped leading` for the Lease. */
  readonly recorder?: EventRecorder | undefined;
  readonly metrics?: MetricsRegistry | undefined;
}
