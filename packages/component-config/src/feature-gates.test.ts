import { describe, expect, it } from '@jest/globals';
import { featureEnabled, featureGates, featureGatesFlag } from './feature-gates.ts';
import type { FeatureGate } from './feature-gates.ts';
import { badValue } from './parse-flags.ts';
import { upstreamFeatureGates } from './upstream-feature-gates.ts';

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

  it.each([...upstreamFeatureGates])(
    'takes %s of upstream, only with the value that it is locked to',
    (name, { lockedTo }) => {
      for (const isOn of [true, false]) {
        const isAllowed = lockedTo === undefined || lockedTo === isOn;
        expect(flag.parse(`${name}=${isOn}`)).toEqual(isAllowed ? flag.default : undefined);
      }
      expect(gates.map(([known]) => known)).not.toContain(name);
    },
  );

  it.each([
    [
      'CloudDualStackNodeIPs=false',
      '--feature-gates cannot have CloudDualStackNodeIPs=false: allowed is CloudDualStackNodeIPs=true (the value is locked), or no setting',
    ],
    [
      `${webhook}=true,LegacyNodeRoleBehavior=true,StableLoadBalancerNodeSet=0`,
      '--feature-gates cannot have LegacyNodeRoleBehavior=true, StableLoadBalancerNodeSet=false: allowed is LegacyNodeRoleBehavior=false, StableLoadBalancerNodeSet=true (the value is locked), or no setting',
    ],
  ])('says why %s is refused', (text, problem) => {
    expect(badValue('feature-gates', flag, { text, as: '--feature-gates' }).text).toBe(problem);
  });

  it('finds a misspelt gate of upstream', () => {
    const text = 'CloudDualStackNodeIP=true';
    expect(badValue('feature-gates', flag, { text, as: '--feature-gates' }).text).toMatch(
      /; did you mean CloudDualStackNodeIPs\?$/,
    );
  });

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
