import { describe, expect, it } from '@jest/globals';

import {
  isGoListenerName,
  isLegacyNameOf,
  legacyListenerOwner,
  listenerName,
  listenerOwner,
} from './listener-name.ts';

const uid = '1234abcd-0012-4034-8056-000000000000';

describe('listener names', () => {
  it('carry 16 digits of the UID, protocol and port, and the owner is read back', () => {
    const name = listenerName(uid, 'UDP', 53);
    expect(name).toBe('k8s_1234abcd00124034_UDP_53');
    expect(listenerOwner(name)).toBe('1234abcd00124034');
    expect(legacyListenerOwner(name)).toBeUndefined();
  });

  it.each([
    'k8s_1234abcd00124034_UDP_',
    'k8s_1234abcd00124034_UDP_053',
    'k8s_1234abcd00124034_UDP_53_',
    'k8s_1234abcd00124034_UDP_53_1',
    'k8s_1234abcd00124034_UDP_53 ',
    'k8s_1234abcd00124034_SCTP_53',
    'k8s_1234abcd00124034_udp_53',
    'k8s_1234abcd0012403_UDP_53',
    'k8s_1234abcd_UDP_53',
    'k8s_1234abcd-0012-40_UDP_53',
    'k8s_1234abcd00124034_53',
    'listener_30080_0',
    '',
  ])('are not seen in %j', (name) => {
    expect(listenerOwner(name)).toBeUndefined();
  });

  it.each([
    ['k8s_1234abcd_TCP_80', true],
    ['k8s_1234abce_TCP_80', false],
    ['k8s_1234abcd_TCP_080', false],
    ['k8s_1234abcd00124034_TCP_80', false],
    ['k8s_1234abcd_TCP_80_1', false],
  ])('of version 0.1: %s %p', (name, expected) => {
    expect(isLegacyNameOf(name, uid)).toBe(expected);
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
