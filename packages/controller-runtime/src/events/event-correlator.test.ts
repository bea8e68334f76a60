import { describe, expect, it } from '@jest/globals';
import { EventCorrelator, type CorrelatedEvent } from './event-correlator.ts';
import { newEvent, type EventContent } from './new-event.ts';
import { FakeClock } from '../testing/fake-clock.ts';

const prefix = '(combined from similar events): ';

function newCorrelation() {
  const clock = new FakeClock();
  const correlator = new EventCorrelator({ clock });
  let serial = 0n;
  const say = (
    message: string,
    content: Partial<EventContent> = {},
    name = 'web',
  ): CorrelatedEvent | undefined => {
    serial += 1n;
    const time = { ms: clock.now(), nanoseconds: serial };
    const object = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'shop', uid: `uid of ${name}` },
    };
    const source = { component: 'service-controller' };
    const event = newEvent(
      object,
      { source, type: 'Warning', reason: 'Failed', message, ...content },
      time,
    );
    if (event === undefined) throw new Error('no event');
    return correlator.correlate(event, time);
  };
  return { clock, say };
}

const seen = (result: CorrelatedEvent | undefined): unknown =>
  result && [result.event.metadata.name, result.event.count, result.event.message, result.isUpdate];

describe('EventCorrelator', () => {
  it('counts identical events under the name and start of the first one', async () => {
    const { clock, say } = newCorrelation();
    expect(seen(say('a'))).toEqual(['web.1', 1, 'a', false]);
    await clock.advance(5_000);
    expect(seen(say('b'))).toEqual(['web.2', 1, 'b', false]);
    const again = say('a');
    expect(seen(again)).toEqual(['web.1', 2, 'a', true]);
    expect(again?.event.firstTimestamp).toBe('2026-01-01T00:00:00Z');
    expect(again?.event.lastTimestamp).toBe('2026-01-01T00:00:05Z');
    expect(seen(say('a'))).toEqual(['web.1', 3, 'a', true]);
  });

  it.each<[string, Partial<EventContent>, string]>([
    ['reason', { reason: 'Other' }, 'web'],
    ['type', { type: 'Normal' }, 'web'],
    ['source', { source: { component: 'other' } }, 'web'],
    ['host', { source: { component: 'service-controller', host: 'h' } }, 'web'],
    ['object', {}, 'other'],
  ])('counts events separately that differ in their %s', (_, content, name) => {
    const { say } = newCorrelation();
    say('a');
    expect(say('a', content, name)?.isUpdate).toBe(false);
  });

  it('combines similar events from the tenth message on into one that is counted', () => {
    const { say } = newCorrelation();
    for (let index = 1; index <= 9; index += 1) {
      expect(seen(say(`m${index}`))).toEqual([`web.${index}`, 1, `m${index}`, false]);
    }
    const combined = say('m10');
    expect(seen(combined)).toEqual(['web.a', 1, `${prefix}m10`, false]);
    expect(combined?.event).not.toHaveProperty('reportingComponent');
    expect(seen(say('m11'))).toEqual(['web.a', 2, `${prefix}m11`, true]);
    expect(seen(say('m12'))).toEqual(['web.a', 3, `${prefix}m12`, true]);
  });

  it('keeps a message separate that existed before the others were combined', () => {
    const { say } = newCorrelation();
    for (let index = 1; index <= 10; index += 1) say(`m${index}`);
    expect(seen(say('m5'))).toEqual(['web.5', 2, 'm5', true]);
  });

  it('does not combine events with different reasons', () => {
    const { say } = newCorrelation();
    for (let index = 1; index <= 9; index += 1) say(`m${index}`);
    expect(seen(say('m10', { reason: 'Other' }))).toEqual(['web.a', 1, 'm10', false]);
  });

  it('does not combine fewer than ten repeated messages', () => {
    const { say } = newCorrelation();
    for (let index = 0; index < 20; index += 1) {
      expect(say(`m${index % 5}`)?.event.message).toBe(`m${index % 5}`);
    }
  });

  it.each([
    [600_000, `${prefix}m10`],
    [600_001, 'm10'],
  ])(
    'forgets similar events after a pause of more than ten minutes: %d ms',
    async (pauseMs, expected) => {
      const { clock, say } = newCorrelation();
      for (let index = 1; index <= 9; index += 1) say(`m${index}`);
      await clock.advance(pauseMs);
      expect(say('m10')?.event.message).toBe(expected);
    },
  );

  it('admits 25 events about an object, then one every five minutes, and still counts the others', async () => {
    const { clock, say } = newCorrelation();
    for (let count = 1; count <= 25; count += 1) expect(say('a')?.event.count).toBe(count);
    expect(say('a')).toBeUndefined();
    expect(say('another message')).toBeUndefined();
    await clock.advance(299_999);
    expect(say('a')).toBeUndefined();
    await clock.advance(1);
    expect(seen(say('a'))).toEqual(['web.1', 28, 'a', true]);
    expect(say('a')).toBeUndefined();
  });

  it.each<[string, Partial<EventContent>, string]>([
    ['type', { type: 'Normal' }, 'web'],
    ['source', { source: { component: 'other' } }, 'web'],
    ['object', {}, 'other'],
  ])('still admits events of another %s', (_, content, name) => {
    const { say } = newCorrelation();
    for (let count = 1; count <= 26; count += 1) say('a');
    expect(say('a')).toBeUndefined();
    expect(say('a', content, name)).toBeDefined();
  });

  it('remembers the last 4096 objects and no more', () => {
    const { say } = newCorrelation();
    say('a', {}, 'first');
    for (let index = 0; index < 4_095; index += 1) say('a', {}, `n${index}`);
    expect(say('a', {}, 'first')?.isUpdate).toBe(true);
    expect(say('a', {}, 'n0')?.isUpdate).toBe(true);
    say('a', {}, 'one more');
    expect(say('a', {}, 'n1')?.isUpdate).toBe(false);
  });
});
