import { OptionError } from '@k8s-ccm/cloud-provider';
import { optionsTable } from '@k8s-ccm/provider-kit';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { serviceOptions } from './service-options.ts';

const lb = 'loadbalancer.inspur.com/';
const slbid = 'service.beta.kubernetes.io/inspur-load-balancer-slbid';
const olderSlbid = 'service.beta.kubernetes.io/inspur-internal-load-balancer-slbid';

describe('the annotations of a Service', () => {
  it('have the defaults of the Go program and of what it did not have', () => {
    expect(serviceOptions.parse({}).values).toEqual({
      slbId: '',
      abandon: [],
      listenerPortMode: 'service',
      forwardRule: 'RR',
      healthCheck: false,
      healthCheckType: 'tcp',
      healthCheckPort: 0,
      healthCheckPeriod: 30,
      healthCheckTimeout: 1,
      healthCheckMax: 1,
      healthCheckDomain: '',
      healthCheckPath: '/',
    });
  });

  it.each([
    [slbid, 'slb-1', { slbId: 'slb-1' }],
    [olderSlbid, 'slb-1', { slbId: 'slb-1' }],
    [slbid, ' ', { slbId: '' }],
    [slbid, 'slb..1', { slbId: 'slb..1' }],
    [`${lb}forward-rule`, 'WRR', { forwardRule: 'WRR' }],
    [`${lb}forward-rule`, 'WR', { forwardRule: 'WRR' }],
    [`${lb}is-healthcheck`, '1', { healthCheck: true }],
    [`${lb}is-healthcheck`, '0', { healthCheck: false }],
    [`${lb}is-healthcheck`, 'true', { healthCheck: true }],
    [`${lb}is-healthcheck`, 'false', { healthCheck: false }],
    [`${lb}healthcheck-type`, 'http', { healthCheckType: 'http' }],
    [`${lb}healthcheck-port`, '8080', { healthCheckPort: 8080 }],
    [`${lb}healthcheck-period`, '5', { healthCheckPeriod: 5 }],
    [`${lb}healthcheck-timeout`, '2', { healthCheckTimeout: 2 }],
    [`${lb}healthcheck-max`, '3', { healthCheckMax: 3 }],
    [`${lb}healthcheck-domain`, 'example.com', { healthCheckDomain: 'example.com' }],
    [`${lb}healthcheck-path`, '/healthz?full=1', { healthCheckPath: '/healthz?full=1' }],
    [`${lb}listener-port-mode`, 'both', { listenerPortMode: 'both' }],
  ])('read %s: %s', (key, value, expected) => {
    const { values, notices } = serviceOptions.parse({ [key]: value });
    expect(values).toMatchObject(expected);
    expect(notices).toEqual([]);
  });

  it.each([
    [slbid, 'slb/../1'],
    [slbid, '.'],
    [slbid, '..'],
    [slbid, ' ... '],
    [olderSlbid, '..'],
    [`${lb}forward-rule`, 'LC'],
    [`${lb}is-healthcheck`, 'on'],
    [`${lb}healthcheck-type`, 'HTTP'],
    [`${lb}healthcheck-port`, '65536'],
    [`${lb}healthcheck-period`, '0'],
    [`${lb}healthcheck-timeout`, 'soon'],
    [`${lb}healthcheck-max`, '-1'],
    [`${lb}healthcheck-domain`, 'a b'],
    [`${lb}healthcheck-path`, 'healthz'],
    [`${lb}listener-port-mode`, ''],
  ])('refuse %s: %j', (key, value) => {
    expect(() => serviceOptions.parse({ [key]: value })).toThrow(OptionError);
  });

  it('are documented, each with what is allowed', () => {
    const rows = optionsTable(serviceOptions.definitions).split('\n');
    for (const { key } of Object.values(serviceOptions.definitions)) {
      expect(rows.filter((row) => row.startsWith(`| \`${key}\` |`))).toHaveLength(1);
    }
  });

  it('misspelt by one slip of the hand, are found', () => {
    const keys = Object.values(serviceOptions.definitions).map(({ key }) => key);
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.nat(), (key, where) => {
        const at = key.lastIndexOf('/') + 1 + (where % (key.length - key.lastIndexOf('/') - 1));
        const misspelt = key.slice(0, at) + key.slice(at + 1);
        const { notices } = serviceOptions.parse({ [misspelt]: 'x' });
        expect(notices).toHaveLength(1);
        expect(notices[0]?.message).toContain(`did you mean "${key}"?`);
      }),
    );
  });
});
