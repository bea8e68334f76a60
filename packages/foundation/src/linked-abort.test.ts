import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { LinkedAbort } from './linked-abort.ts';

const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

describe('LinkedAbort', () => {
  it.each([0, 1])('aborts with the reason of the source that aborts first', (first) => {
    const sources = [new AbortController(), new AbortController()];
    const { signal } = new LinkedAbort(...sources.map((source) => source.signal), undefined);
    expect(signal.aborted).toBe(false);
    sources[first]?.abort('first');
    sources[1 - first]?.abort('second');
    expect([signal.aborted, signal.reason]).toEqual([true, 'first']);
  });

  it('has aborted if a source had', () => {
    const others = [new AbortController().signal, new AbortController().signal] as const;
    const linked = new LinkedAbort(others[0], AbortSignal.abort('before'), others[1]);
    expect(linked.signal.reason).toBe('before');
    expect(others.map(listenersOf)).toEqual([0, 0]);
  });

  it('aborts on demand, also after it let go of its sources', () => {
    const linked = new LinkedAbort(new AbortController().signal);
    linked[Symbol.dispose]();
    linked.abort('enough');
    expect(linked.signal.reason).toBe('enough');
  });

  it('leaves no listener on its sources when it is disposed of, and follows them no more', () => {
    const source = new AbortController();
    for (let count = 0; count < 100; count += 1) {
      using linked = new LinkedAbort(source.signal);
      expect([listenersOf(source.signal), linked.signal.aborted]).toEqual([1, false]);
    }
    expect(listenersOf(source.signal)).toBe(0);
    const linked = new LinkedAbort(source.signal);
    linked[Symbol.dispose]();
    source.abort();
    expect(linked.signal.aborted).toBe(false);
  });

  it('leaves no listener on the other sources when one aborts', () => {
    const [source, other] = [new AbortController(), new AbortController()];
    const linked = new LinkedAbort(source.signal, other.signal);
    source.abort();
    expect([linked.signal.aborted, listenersOf(other.signal)]).toEqual([true, 0]);
  });
});
