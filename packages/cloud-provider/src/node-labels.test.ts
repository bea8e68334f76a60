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
  // @see docs/reference/contract.md#case-19
  it('zone and region set four labels', () => {
    expect(initialNodeLabels({}, { zone: 'us-west-1a', region: 'us-west' })).toEqual({
      [zone.beta]: 'us-west-1a',
      [zone.ga]: 'us-west-1a',
      [region.beta]: 'us-west',
      [region.ga]: 'us-west',
    });
  });

  // @see docs/reference/contract.md#case-20
  it('a region alone sets two, an empty zone none', () => {
    expect(initialNodeLabels(undefined, { zone: '', region: 'us-west' })).toEqual({
      [region.beta]: 'us-west',
      [region.ga]: 'us-west',
    });
  });

  // @see docs/reference/contract.md#case-21
  it('the instance type sets two', () => {
    expect(initialNodeLabels({}, { instanceType: 't1.micro' })).toEqual({
      [type.beta]: 't1.micro',
      [type.ga]: 't1.micro',
    });
  });

  // @see docs/reference/contract.md#case-22
  it('overwrites what the Node has', () => {
    expect(initialNodeLabels({ [zone.ga]: 'old' }, { zone: 'new' })).toEqual({
      [zone.beta]: 'new',
      [zone.ga]: 'new',
    });
  });

  it.each([
    // @see docs/reference/contract.md#case-23
    ['my.custom.label/foo', true],
    ['topology.k8s.cp/zone-id', true],
    // @see docs/reference/contract.md#case-24
    ['kubernetes.io/x', false],
    ['k8s.io/x', false],
    ['topology.kubernetes.io/region', false],
    ['topology.k8s.io/region', false],
    // @see docs/reference/contract.md#case-25
    ['app.k8snio/bar', true],
    ['k8snio/bar', true],
    // @see docs/reference/contract.md#node-labels
    ['foo.k8s.io/x', false],
    ['mykubernetes.io/x', true],
    ['plain', true],
  ])('the additional label %s is written: %p', (key, written) => {
    expect(initialNodeLabels({}, { additionalLabels: { [key]: 'v' } })).toEqual(
      written ? { [key]: 'v' } : {},
    );
  });

  // @see docs/reference/contract.md#case-26
  it.each(['fizz', ''])('keeps the value %p that the Node has', (value) => {
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
    // @see docs/reference/contract.md#case-56
    [
      'older names only',
      { [zone.beta]: 'z', [region.beta]: 'r', [type.beta]: 't', other: 'o' },
      { [zone.ga]: 'z', [region.ga]: 'r', [type.ga]: 't' },
    ],
    // @see docs/reference/contract.md#case-57
    ['a newer name that differs', { [zone.beta]: 'z', [zone.ga]: 'y' }, { [zone.ga]: 'z' }],
    // @see docs/reference/contract.md#case-58
    ['newer names only', { [zone.ga]: 'z', [region.ga]: 'r', [type.ga]: 't' }, {}],
    // @see docs/reference/contract.md#case-59
    [
      'one newer name gone',
      { [zone.beta]: 'z', [zone.ga]: 'z', [type.beta]: 't' },
      { [type.ga]: 't' },
    ],
    // @see docs/reference/contract.md#case-60
    ['equal', { [zone.beta]: 'z', [zone.ga]: 'z' }, {}],

    ['an empty older value', { [zone.beta]: '', [zone.ga]: 'z' }, { [zone.ga]: '' }],
    ['no labels', undefined, {}],
  ])('%s', (_what, labels, expected) => {
    expect(reconciledNodeLabels(labels)).toEqual(expected);
  });
});
