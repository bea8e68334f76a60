import { isAbout } from './fake-call.ts';
import type { FakeArguments, FakeCall, FakeOperation, FakeTarget } from './fake-call.ts';

/** Which recorded calls are meant; every given field must match. */
export interface FakeCallFilter extends FakeTarget {
  readonly operation?: FakeOperation;
}

interface Entry {
  readonly call: { -readonly [Key in keyof FakeCall]: FakeCall[Key] };
  /** Ticks of a counter that goes on with every start and every end. */
  readonly startedAt: number;
  endedAt: number;
}

/** Keeps every call in order, and when it began and ended in relation to the others. */
export class CallRecord {
  #entries: Entry[] = [];
  #order = 0;
  #tick = 0;

  /** The calls that match, oldest first. */
  calls(filter: FakeCallFilter = {}): readonly FakeCall[] {
    return this.#matching(filter).map(({ call }) => call);
  }

  /** The largest number of matching calls that ran at the same time. */
  maxInFlight(filter: FakeCallFilter = {}): number {
    const entries = this.#matching(filter);
    const running = (tick: number) =>
      entries.filter(({ startedAt, endedAt }) => startedAt <= tick && tick < endedAt).length;
    return Math.max(0, ...entries.map(({ startedAt }) => running(startedAt)));
  }

  /** Forgets the calls so far; the order goes on counting. */
  clear(): void {
    this.#entries = [];
  }

  /** Records a call around what it does. */
  async around<Result>(
    operation: FakeOperation,
    given: FakeArguments,
    work: (call: FakeCall) => Promise<Result>,
  ): Promise<Result> {
    this.#order += 1;
    const call = describe(operation, this.#order, given);
    const entry: Entry = { call, startedAt: this.#nextTick(), endedAt: Number.POSITIVE_INFINITY };
    this.#entries.push(entry);
    try {
      const result = await work(call);
      entry.call.state = 'returned';
      return result;
    } catch (error) {
      entry.call.state = 'threw';
      throw error;
    } finally {
      entry.endedAt = this.#nextTick();
    }
  }

  #matching({ operation, ...target }: FakeCallFilter): readonly Entry[] {
    return this.#entries.filter(
      ({ call }) =>
        (operation === undefined || call.operation === operation) && isAbout(call, target),
    );
  }

  #nextTick(): number {
    this.#tick += 1;
    return this.#tick;
  }
}

function describe(operation: FakeOperation, order: number, given: FakeArguments): FakeCall {
  const { clusterName, service, nodes, providerID, route, nameHint } = given;
  const node = given.nodeName ?? given.node?.metadata?.name;
  return {
    operation,
    order,
    state: 'running',
    ...(clusterName === undefined ? {} : { clusterName }),
    ...(service === undefined
      ? {}
      : {
          service: {
            namespace: service.metadata?.namespace ?? '',
            name: service.metadata?.name ?? '',
            uid: service.metadata?.uid ?? '',
          },
        }),
    ...(nodes === undefined
      ? {}
      : { nodeNames: nodes.map(({ metadata }) => metadata?.name ?? '') }),
    ...(node === undefined ? {} : { node }),
    ...(providerID === undefined ? {} : { providerID }),
    ...(route === undefined ? {} : { route }),
    ...(nameHint === undefined ? {} : { nameHint }),
    arguments: given,
  };
}
