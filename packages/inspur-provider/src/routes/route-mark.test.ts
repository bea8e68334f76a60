import { maxRouteDescriptionLength } from '@k8s-ccm/inspur-sdk';
import { describe, expect, it } from '@jest/globals';

import { isMarkOf, routeMark } from './route-mark.ts';

describe('the mark of a route', () => {
  it('is readable, and never changes: clusters have routes with it', () => {
    expect(routeMark('kubernetes', 'node-1.example.com')).toBe(
      'k8s-ccm/kubernetes/node-1.example.com',
    );
    expect(routeMark('größe/eins', 'node-1')).toBe('k8s-ccm/greeins~df07b20e95fad3e1/node-1');
  });

  it.each([
    ['an ordinary name', 'kubernetes'],
    ['a slash', 'team/production'],
    ['other letters', '生产集群'],
    ['blanks', ' my cluster\n'],
    ['nothing', ''],
    ['a long name', 'c'.repeat(300)],
    ['a name that looks like a mark', 'k8s-ccm/kubernetes/node-1'],
    ['a name that looks cut down', 'greeins~df07b20e95fad3e1'],
  ])('is known again, of a cluster with %s', (_, clusterName) => {
    for (const nodeName of ['n', 'n'.repeat(253)]) {
      const mark = routeMark(clusterName, nodeName);
      expect(mark.length).toBeLessThanOrEqual(maxRouteDescriptionLength);
      expect(mark).toMatch(/^[\w./~-]+$/);
      expect(isMarkOf(mark, clusterName)).toBe(true);
      expect(isMarkOf(mark, `${clusterName}x`)).toBe(false);
      expect(isMarkOf(mark, 'other')).toBe(false);
    }
  });

  it('is another one for every cluster and node', () => {
    const names = ['a/b', 'ab', 'a b', 'größe', 'grösse', 'x'.repeat(300), 'x'.repeat(301), ''];
    const marks = names.flatMap((one) => names.map((other) => routeMark(one, other)));
    expect(new Set(marks).size).toBe(names.length ** 2);
  });

  it.each([
    '',
    'by hand',
    'k8s-ccm',
    'k8s-ccm/kubernetes',
    'k8s-ccm/kubernetes/',
    'k8s-ccm/kubernetes-2/node-1',
    'k8s-ccm/Kubernetes/node-1',
    'k8s-ccm/kubernetes/node-1/x',
    'k8s-ccm/kubernetes/node-1 (do not touch)',
    ' k8s-ccm/kubernetes/node-1',
    'K8S-CCM/kubernetes/node-1',
    'k8s-ccm/kubernetes/node-1\n',
  ])('is not %j', (description) => {
    expect(isMarkOf(description, 'kubernetes')).toBe(false);
  });
});
