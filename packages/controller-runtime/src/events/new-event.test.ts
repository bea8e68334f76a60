import { describe, expect, it } from '@jest/globals';
import { eventName, newEvent } from './new-event.ts';

const content = {
  source: { component: 'service-controller' },
  type: 'Normal',
  reason: 'EnsuredLoadBalancer',
  message: 'Ensured load balancer',
} as const;
const time = { ms: Date.UTC(2026, 0, 2, 3, 4, 5, 678), nanoseconds: 0x18867c5b5c5f3a80n };

describe('newEvent', () => {
  it('creates an event as client-go does, in the namespace of its object', () => {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'web',
        namespace: 'shop',
        uid: 'u1',
        resourceVersion: '42',
        labels: { a: 'b' },
      },
    };
    expect(newEvent(service, content, time)).toEqual({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'web.18867c5b5c5f3a80', namespace: 'shop' },
      involvedObject: {
        apiVersion: 'v1',
        kind: 'Service',
        name: 'web',
        namespace: 'shop',
        uid: 'u1',
        resourceVersion: '42',
      },
      reason: 'EnsuredLoadBalancer',
      message: 'Ensured load balancer',
      source: { component: 'service-controller' },
      firstTimestamp: '2026-01-02T03:04:05Z',
      lastTimestamp: '2026-01-02T03:04:05Z',
      count: 1,
      type: 'Normal',
      reportingComponent: 'service-controller',
      reportingInstance: '',
    });
  });

  it('puts events of cluster-scoped objects into the namespace default', () => {
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker-1' } };
    const event = newEvent(node, { ...content, source: { component: 'c', host: 'h' } }, time);
    expect(event?.metadata.namespace).toBe('default');
    expect(event?.involvedObject).toEqual({ apiVersion: 'v1', kind: 'Node', name: 'worker-1' });
    expect(event?.reportingInstance).toBe('h');
  });

  it.each([
    ['kind', { metadata: { name: 'a' } }],
    ['name', { kind: 'Node', metadata: {} }],
    ['metadata', { kind: 'Node' }],
  ])('creates no event about an object without %s', (_, object) => {
    expect(newEvent(object, content, time)).toBeUndefined();
  });
});

describe('eventName', () => {
  it.each([
    ['worker-1.example.com', 'worker-1.example.com.18867c5b5c5f3a80'],
    ['system:role', 'node.18867c5b5c5f3a80'],
    ['UPPER', 'node.18867c5b5c5f3a80'],
    ['x'.repeat(250), 'node.18867c5b5c5f3a80'],
  ])('names the event about %s so that the API server accepts it', (name, expected) => {
    expect(eventName({ kind: 'Node', name }, time)).toBe(expected);
  });
});
