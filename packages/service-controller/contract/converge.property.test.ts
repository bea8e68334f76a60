import { runs } from '@k8s-ccm/foundation/testing';
import { describe, expect, it } from '@jest/globals';
import { LoadBalancerCleanupFinalizer, silentLogger } from '@k8s-ccm/cloud-provider';
import type { LoadBalancer, LoadBalancerStatus, Node, Service } from '@k8s-ccm/cloud-provider';
import { FakeClock, FakeInformer } from '@k8s-ccm/controller-runtime/testing';
import { ServiceController } from '@k8s-ccm/service-controller';
import * as fc from 'fast-check';
import { MemoryServices } from './memory-services.ts';

const addressOf = (place: string): LoadBalancerStatus => ({ ingress: [{ ip: `10.0.0.${place}` }] });

/** What another implementation of load balancers shows. */
const foreign: LoadBalancerStatus = { ingress: [{ ip: '192.0.2.1' }] };

/** Load balancers in memory, at the place that an annotation names. A Service without one is not claimed. */
class MemoryBalancers implements LoadBalancer {
  /** Places by UID. */
  readonly places = new Map<string, string>();
  /** Calls that wait for an answer; a call works when it is answered. */
  readonly #waiting: (() => void)[] = [];
  #isOpen = false;

  claims(service: Service): boolean {
    return placeOf(service) !== undefined;
  }

  getName(): string {
    return '';
  }

  async get({ service }: { readonly service: Service }): Promise<LoadBalancerStatus | undefined> {
    await this.#answered();
    const place = this.places.get(uidOf(service));
    return place === undefined ? undefined : addressOf(place);
  }

  async ensure({ service }: { readonly service: Service }): Promise<LoadBalancerStatus> {
    const place = placeOf(service) ?? '';
    this.places.set(uidOf(service), place);
    await this.#answered();
    this.places.set(uidOf(service), place);
    return addressOf(place);
  }

  async update(): Promise<void> {
    await this.#answered();
  }

  async ensureDeleted({ service }: { readonly service: Service }): Promise<void> {
    await this.#answered();
    this.places.delete(uidOf(service));
  }

  answer(): void {
    this.#waiting.shift()?.();
  }

  /** From now on every call is answered at once. */
  open(): void {
    this.#isOpen = true;
    for (const answer of this.#waiting.splice(0)) answer();
  }

  async #answered(): Promise<void> {
    if (this.#isOpen) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    await promise;
  }
}

function uidOf({ metadata }: Service): string {
  return metadata?.uid ?? '';
}

function placeOf({ metadata }: Service): string | undefined {
  return metadata?.annotations?.['place'];
}

function isServed(service: Service | undefined): service is Service {
  return (
    service?.spec?.type === 'LoadBalancer' &&
    placeOf(service) !== undefined &&
    service.metadata?.deletionTimestamp === undefined
  );
}

type Happening =
  | ('remove' | 'answer' | 'relist' | 'resync' | 'node' | 'other' | 'clear')
  /** Somebody takes the finalizer away, or makes the Service go by force. */
  | ('strip' | 'force')
  /** What etcd holds is saved, and put back. */
  | ('backup' | 'restore');

type Step =
  | { readonly do: 'put'; readonly type: 'LoadBalancer' | 'ClusterIP'; readonly place: string }
  | { readonly do: Happening }
  | { readonly do: 'deliver'; readonly count: number }
  | { readonly do: 'wait'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('put'),
      type: fc.constantFrom('LoadBalancer', 'LoadBalancer', 'ClusterIP'),
      // Without a place the Service is another implementation's.
      place: fc.constantFrom('1', '2', ''),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('deliver'), count: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('answer') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom<Happening[]>('remove', 'relist', 'resync', 'node', 'backup', 'restore'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom<Happening[]>('other', 'clear', 'strip', 'force') }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait'), ms: fc.constantFrom(100, 5_000, 11_000) }),
  },
);

/** The controller and all around it, in virtual time. */
class World {
  readonly clock = new FakeClock({ settleTurns: 2 });
  readonly services = new MemoryServices();
  readonly balancers = new MemoryBalancers();
  readonly nodes = new FakeInformer<Node>();
  readonly offenses: string[] = [];
  /** Whether etcd was restored, so that nobody can tell whose an old status is. */
  isRestored = false;
  #restore: (() => void) | undefined;
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;
  #nodes = 0;

  constructor() {
    this.services.onWritten = ({ before, after }) => this.#judge(before, after);
    const controller = new ServiceController({
      loadBalancer: this.balancers,
      services: this.services.client,
      serviceInformer: this.services.informer,
      nodeInformer: this.nodes,
      recorder: { event: () => undefined },
      clusterName: 'east',
      concurrency: 2,
      clock: this.clock,
      log: silentLogger,
    });
    this.#done = controller.run(this.#stopping.signal);
  }

  async take(next: Step): Promise<void> {
    const { services, balancers } = this;
    if (next.do === 'put') {
      const isLeaving = services.find('web')?.metadata?.deletionTimestamp !== undefined;
      if (!isLeaving)
        services.put('web', { type: next.type }, next.place === '' ? {} : { place: next.place });
    } else if (next.do === 'deliver') services.deliver(next.count);
    else if (next.do === 'wait') await this.clock.advance(next.ms);
    else if (next.do === 'answer') balancers.answer();
    else if (next.do === 'remove') services.remove('web');
    else if (next.do === 'relist') services.relist();
    else if (next.do === 'resync') services.informer.resync();
    else if (next.do === 'clear') services.setStatus('web', {});
    else if (next.do === 'strip') services.strip('web');
    else if (next.do === 'force') services.force('web');
    else if (next.do === 'backup') this.#restore = services.backup();
    else if (next.do === 'restore') this.#goBack();
    else if (next.do === 'node') this.nodes.show({ metadata: { name: `n${(this.#nodes += 1)}` } });
    else this.#actAsOther();
    await this.clock.settle();
  }

  async settle(): Promise<void> {
    this.balancers.open();
    for (let round = 0; round < 20; round += 1) {
      this.services.deliver();
      await this.clock.advance(600_000);
    }
  }

  async stop(): Promise<void> {
    this.balancers.open();
    this.#stopping.abort();
    await this.#done;
  }

  /** Another implementation shows its address on a Service that is not ours. */
  #actAsOther(): void {
    const service = this.services.find('web');
    if (service?.spec?.type === 'LoadBalancer' && placeOf(service) === undefined)
      this.services.setStatus('web', foreign);
  }

  #goBack(): void {
    if (this.#restore === undefined) return;
    this.#restore();
    this.isRestored = true;
  }

  /** What the controller must never write. */
  #judge(before: Service, after: Service): void {
    if (before.spec?.type !== 'LoadBalancer' || placeOf(before) !== undefined) return;
    const had = before.metadata?.finalizers ?? [];
    if ((after.metadata?.finalizers ?? []).length > had.length)
      this.offenses.push('a finalizer on a Service of another implementation');
    const [was, is] = [before, after].map(({ status }) => status?.loadBalancer?.ingress?.[0]?.ip);
    if (is !== was && (is !== undefined || was === foreign.ingress?.[0]?.ip))
      this.offenses.push(`the status ${was} -> ${is} on a Service of another implementation`);
  }
}

interface Outcome {
  /** Places by UID. */
  readonly balancers: readonly (readonly [string, string])[];
  readonly finalizers: readonly string[];
  /** `nothing of ours` where another implementation may show what it wants. */
  readonly shown: string | undefined;
  readonly offenses: readonly string[];
}

/** What has come of it all, and what the last state of the Service asks for. */
function outcome({ services, balancers, offenses, isRestored }: World) {
  const service = services.find('web');
  const address = service?.status?.loadBalancer?.ingress?.[0]?.ip;
  const finalizers = service?.metadata?.finalizers ?? [];
  const isTheirs = address === undefined || address === foreign.ingress?.[0]?.ip || isRestored;
  const served = isServed(service) ? service : undefined;
  const place = (served && placeOf(served)) ?? '';
  const shown = served === undefined && isTheirs ? 'nothing of ours' : address;
  const is: Outcome = { balancers: [...balancers.places], finalizers, shown, offenses };
  const due: Outcome =
    served === undefined
      ? { balancers: [], finalizers: [], shown: 'nothing of ours', offenses: [] }
      : {
          balancers: [[uidOf(served), place]],
          finalizers: [LoadBalancerCleanupFinalizer],
          shown: addressOf(place).ingress?.[0]?.ip,
          offenses: [],
        };
  return { is, due };
}

async function live(steps: readonly Step[]) {
  const world = new World();
  try {
    for (const next of steps) await world.take(next);
    await world.settle();
  } finally {
    await world.stop();
  }
  return outcome(world);
}

const put = (type: 'LoadBalancer' | 'ClusterIP', place = '1'): Step => ({ do: 'put', type, place });
const answer: Step = { do: 'answer' };
const strip: Step = { do: 'strip' };
const force: Step = { do: 'force' };
const deliver = (count: number): Step => ({ do: 'deliver', count });
const made: readonly Step[] = [put('LoadBalancer'), deliver(1), answer, deliver(3)];

describe('a Service that changes faster than the watch shows', () => {
  it.each<[string, readonly Step[]]>([
    [
      'LoadBalancer, ClusterIP, LoadBalancer',
      [...made, put('ClusterIP'), deliver(1), put('LoadBalancer'), answer, answer, deliver(1)],
    ],
    [
      'place 1, 2, 1',
      [
        ...made,
        put('LoadBalancer', '2'),
        deliver(1),
        put('LoadBalancer'),
        answer,
        deliver(1),
        answer,
      ],
    ],
    [
      'claimed, not claimed, claimed',
      [
        ...made,
        put('LoadBalancer', ''),
        deliver(1),
        put('LoadBalancer'),
        answer,
        answer,
        deliver(1),
      ],
    ],
    [
      'gone by force before its finalizer could be put back',
      [...made, strip, put('LoadBalancer', '2'), force, deliver(2), deliver(1)],
    ],
  ])('ends with what its last state asks for: %s', async (_what, steps) => {
    const { is, due } = await live(steps);
    expect(is).toEqual(due);
  });

  it('ends with finalizer and load balancer or neither, and with the status of its last state', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { is, due } = await live(steps);
        expect(is).toEqual(due);
      }),
      { numRuns: runs(300) },
    );
  }, 120_000);
});
