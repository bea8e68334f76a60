import type { KubernetesObject } from '@k8s-ccm/cloud-provider';

/** How bad an event is. */
export type EventType = 'Normal' | 'Warning';

/** Tells the users of the cluster what happened to an object. */
export interface EventRecorder {
  /**
   * Records an event about the object, which must carry `kind` and `metadata.name`.
   * Returns at once and never throws: an event is written when there is time, and lost where that fails.
   *
   * @param reason short and constant, in UpperCamelCase
   * @param message for a human reader; says what to do where something must be done
   */
  event(object: KubernetesObject, type: EventType, reason: string, message: string): void;
}
