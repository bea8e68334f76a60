import type { KubernetesObject } from '@k8s-ccm/cloud-provider';

/** Severity of an event. */
export type EventType = 'Normal' | 'Warning';

/** Records events, which tell the users of the cluster what happened to an object. */
export interface EventRecorder {
  /**
   * Records an event about the object, which must have `kind` and `metadata.name`. Returns immediately and never
   * throws: events are written in the background, and lost if that fails.
   *
   * @param reason short and constant, in UpperCamelCase
   * @param message readable by humans; says what to do if the user must act
   */
  event(object: KubernetesObject, type: EventType, reason: string, message: string): void;
}
