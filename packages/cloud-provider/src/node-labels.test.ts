import { describe, expect, it } from '@jest/globals';
import { initialNodeLabels, reconciledNodeLabels, skippedNodeLabels } from './node-labels.ts';

const zone = { beta: 'failure-domain.beta.kubernetes.io/zone', ga: 'topology.kubernetes.io/zone' };
const region = {
  beta: 'failure-domain.beta.kubernetes.io/region',
  ga: 'topology.kubernetes.io/region',
};
const type = { beta: 'beta.kubernetes.io/instance-type', ga: 'node.kubernetes.io/instance-type' };

describe('labels that the API server would refuse', () => {
  const metadata = {
    instanceType: 'Small HD 4GB',
    zone: '可用区 A',
    region: 'r',
    additionalLabels: { 'a b': 'v', ok: 'v', 'my/long': 'v'.repeat(64), 'kubernetes.io/x': ' ' },
  };

  it('are left out, and no others', () => {
    expect(initialNodeLabels({}, metadata)).toEqual({
      [region.beta]: 'r',
      [region.ga]: 'r',
      ok: 'v',
    });
  });

  it('are told, unless they would not be written anyway', () => {
    expect(skippedNodeLabels({ 'my/long': 'v' }, metadata)).toEqual({
      [type.beta]: 'Small HD 4GB',
      [type.ga]: 'Small HD 4GB',
      [zone.beta]: '可用区 A',
      [zone.ga]: '可用区 A',
      'a b': 'v',
    });
    expect(skippedNodeLabels({}, { zone: 'z', instanceType: '' })).toEqual({});
  });
});

describe('initialNodeLabels', () => {
  it('case 19: zone and region set four labels', () => {
    expect(initialNodeLabels({}, { zone: 'us-west-1a', region: 'us-west' })).toEqual({
      [zone.beta]: 'us-west-1a',
      [zone.ga]: 'us-west-1a',
      [region.beta]: 'us-west',
      [region.ga]: 'us-west',
    });
  });

  it('case 20: a region alone sets two, an empty zone none', () => {
    expect(initialNodeLabels(undefined, { zone: '', region: 'us-west' })).toEqual({
      [region.beta]: 'us-west',
      [region.ga]: 'us-west',
    });
  });

  it('case 21: the instance type sets two', () => {
    expect(initialNodeLabels({}, { instanceType: 't1.micro' })).toEqual({
      [type.beta]: 't1.micro',
      [type.ga]: 't1.micro',
    });
  });

  it('case 22: overwrites what the Node has', () => {
    expect(initialNodeLabels({ [zone.ga]: 'old' }, { zone: 'new' })).toEqual({
      [zone.beta]: 'new',
      [zone.ga]: 'new',
    });
  });

  it.each([
    ['case 23', 'my.custom.label/foo', true],
    ['case 23', 'topology.k8s.cp/zone-id', true],
    ['case 24', 'kubernetes.io/x', false],
    ['case 24', 'k8s.io/x', false],
    ['case 24', 'topology.kubernetes.io/region', false],
    ['case 24', 'topology.k8s.io/region', false],
    ['case 25', 'app.k8snio/bar', true],
    ['case 25', 'k8snio/bar', true],
    ['contract §2.4', 'foo.k8s.io/x', false],
    ['contract §2.4', 'mykubernetes.io/x', true],
    ['contract §2.4', 'plain', true],
  ])('%s: the additional label %s is written: %p', (_case, key, written) => {
    expect(initialNodeLabels({}, { additionalLabels: { [key]: 'v' } })).toEqual(
      written ? { [key]: 'v' } : {},
    );
  });

  it.each(['fizz', ''])('case 26: keeps the value %p that the Node has', (value) => {
    expect(
      initialNodeLabels({ 'my/foo': value }, { additionalLabels: { 'my/foo': 'bar' } }),
    ).toEqual({});
  });

  it('takes a key that every object has for a label that is not there', () => {
    expect(initialNodeLabels({}, { additionalLabels: { constructor: 'acme' } })).toEqual({
      constructor: 'acme',
    });
  });

  it('writes nothing where nothing is known', () => {
    expect(initialNodeLabels({ a: 'b' }, {})).toEqual({});
  });
});

describe('reconciledNodeLabels', () => {
  it.each([
    [
      'case 56: older names only',
      { [zone.beta]: 'z', [region.beta]: 'r', [type.beta]: 't', other: 'o' },
      { [zone.ga]: 'z', [region.ga]: 'r', [type.ga]: 't' },
    ],
    [
      'case 57: a newer name that differs',
      { [zone.beta]: 'z', [zone.ga]: 'y' },
      { [zone.ga]: 'z' },
    ],
    ['case 58: newer names only', { [zone.ga]: 'z', [region.ga]: 'r', [type.ga]: 't' }, {}],
    [
      'case 59: one newer name gone',
      { [zone.beta]: 'z', [zone.ga]: 'z', [type.beta]: 't' },
      { [type.ga]: 't' },
    ],
    ['case 60: equal', { [zone.beta]: 'z', [zone.ga]: 'z' }, {}],
    ['an empty older value', { [zone.beta]: '', [zone.ga]: 'z' }, { [zone.ga]: '' }],
    ['no labels', undefined, {}],
  ])('%s', (_what, labels, expected) => {
    expect(reconciledNodeLabels(labels)).toEqual(expected);
  });
});
