import { describe, expect, it } from '@jest/globals';

import { isGoListenerName, listenerName, listenerOwner } from './listener-name.ts';

describe('listener names', () => {
  it('carry owner, protocol and port, and the owner is read back', () => {
    const name = listenerName('1234abcd-0000-4000-8000-000000000000', 'UDP', 53);
    expect(name).toBe('k8s_1234abcd_UDP_53');
    expect(listenerOwner(name)).toBe('1234abcd');
  });

  it.each([
    'k8s_1234abcd_UDP_',
    'k8s_1234abcd_UDP_053',
    'k8s_1234abcd_UDP_53_',
    'k8s_1234abcd_UDP_53_1',
    'k8s_1234abcd_UDP_53 ',
    'k8s_1234abcd_SCTP_53',
    'k8s_1234abcd_udp_53',
    'k8s_1234abc_UDP_53',
    'k8s_1234abcd-0000_UDP_53',
    'k8s_1234abcd_53',
    'listener_30080_0',
    '',
  ])('are not seen in %j', (name) => {
    expect(listenerOwner(name)).toBeUndefined();
  });

  it.each([
    ['listener_30080_0', true],
    ['listener_30080', false],
    ['my_listener_30080_0', false],
    ['k8s_1234abcd_TCP_80', false],
  ])('of the Go program: %s %p', (name, expected) => {
    expect(isGoListenerName(name)).toBe(expected);
  });
});
