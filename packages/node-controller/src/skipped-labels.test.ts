import { expect, it } from '@jest/globals';
import { skippedLabelsMessage } from './skipped-labels.ts';

it('names five labels, shortened, and counts the rest, within the 1024 characters of an event', () => {
  const labels = Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [`k${index}/${'x'.repeat(300)}`, 'ü'.repeat(300)]),
  );
  const message = skippedLabelsMessage(labels);
  expect(message).toContain(`k0/${'x'.repeat(61)}…="${'ü'.repeat(64)}…", k1/`);
  expect(message).toContain(' and 7 more. ');
  expect(message.length).toBeLessThan(1024);
  expect(skippedLabelsMessage({ zone: 'a b' })).toMatch(/: zone="a b"\. A value has/);
});
