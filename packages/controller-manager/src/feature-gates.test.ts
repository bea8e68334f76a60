import { describe, expect, it } from '@jest/globals';
import { featureEnabled, featureGates, featureGatesFlag } from './feature-gates.ts';
import type { FeatureGate } from './feature-gates.ts';

const flag = featureGatesFlag({ section: 'generic', doc: '' });
const watchBased = 'CloudControllerManagerWatchBasedRoutesReconciliation';
const webhook = 'CloudControllerManagerWebhook';
const contextual = 'ContextualLogging';
const gates = Object.entries<FeatureGate>(featureGates);

describe('--feature-gates', () => {
  it('has every gate by its default where nothing is said', () => {
    const defaults = Object.fromEntries(gates.map(([name, gate]) => [name, gate.default]));
    expect(flag.default).toEqual(defaults);
    expect(flag.parse('')).toEqual(defaults);
    expect(Object.isFrozen(flag.default)).toBe(true);
  });

  it.each([
    [`${watchBased}=false`, { [watchBased]: false }],
    [` ${watchBased} = false , ${webhook}=true`, { [watchBased]: false, [webhook]: true }],
    [`${webhook}=true,${webhook}=false`, { [webhook]: false }],
    [
      'AllBeta=false',
      { [contextual]: false, LoggingBetaOptions: false, RemoteRequestHeaderUID: false },
    ],
    [
      `AllBeta=false,${contextual}=true`,
      { LoggingBetaOptions: false, RemoteRequestHeaderUID: false },
    ],
    [`${watchBased}=true,AllAlpha=false`, {}],
    ['AllAlpha=false', { [watchBased]: false }],
  ])('reads %j', (text, changes) => {
    expect(flag.parse(text)).toEqual({ ...flag.default, ...changes });
  });

  it.each(['Foo=true', webhook, `${webhook}=maybe`, `${webhook}=true=true`, '=true'])(
    'refuses %j, and names what is known',
    (text) => {
      expect(flag.parse(text)).toBeUndefined();
      for (const [name] of gates) expect(flag.allowed).toContain(name);
    },
  );

  it.each(['', `${watchBased}=false`, `${webhook}=true,${contextual}=false`])(
    'writes %j as it reads it',
    (text) => {
      const value = flag.parse(text) ?? flag.default;
      expect(flag.format(value)).toBe(text);
    },
  );

  it('says whether a feature is on', () => {
    const values = flag.parse(`${watchBased}=false`) ?? flag.default;
    expect(featureEnabled({ 'feature-gates': values }, watchBased)).toBe(false);
    expect(featureEnabled({ 'feature-gates': flag.default }, watchBased)).toBe(true);
  });
});
