import { describe, expect, it } from '@jest/globals';
import { isControllerEnabled, unknownControllers } from './controllers-flag.ts';

const service = { name: 'service-lb-controller', aliases: ['service'] };
const route = { name: 'node-route-controller', aliases: ['route'] };
const extra = { name: 'extra-controller', enabledByDefault: false };
const all = [service, route, extra];

describe('isControllerEnabled', () => {
  it.each([
    { words: ['*'], enabled: [service, route] },
    { words: [], enabled: [] },
    { words: ['service-lb-controller'], enabled: [service] },
    { words: ['service'], enabled: [service] },
    { words: ['*', '-route'], enabled: [service] },
    { words: ['-node-route-controller', '*'], enabled: [service] },
    { words: ['-route'], enabled: [] },
    { words: ['*', 'extra-controller'], enabled: [service, route, extra] },
    { words: ['route', '-route'], enabled: [route] },
    { words: ['-route', 'route'], enabled: [] },
    { words: ['-service', 'service-lb-controller', '*'], enabled: [route] },
  ])('$words', ({ words, enabled }) => {
    expect(all.filter((controller) => isControllerEnabled(words, controller))).toEqual(enabled);
  });
});

describe('unknownControllers', () => {
  it('knows names and aliases, with and without a minus', () => {
    expect(unknownControllers(['*', 'service', '-node-route-controller'], all)).toEqual([]);
  });

  it.each([
    [
      'servce',
      '--controllers: "servce" is not in the list of known controllers: did you mean "service"?',
    ],
    [
      '-*',
      '--controllers: "*" is not in the list of known controllers: known are service-lb-controller, service, node-route-controller, route, extra-controller',
    ],
  ])('names %s, and what may be meant', (word, text) => {
    expect(unknownControllers([word], all)).toEqual([text]);
  });

  it('no longer knows the old names', () => {
    expect(unknownControllers(['service-controller', 'route-controller'], all)).toHaveLength(2);
  });
});
