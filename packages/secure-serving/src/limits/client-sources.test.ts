import { networkInterfaces } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { ClientSources, localSource } from './client-sources.ts';

const own = ['192.0.2.7', '2001:db8:0:1::7', 'fe80::7'];

describe('ClientSources', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::FFFF:a00:1', '10.0.0.1'],
    ['127.0.0.2', '127.0.0.2'],
    ['2001:db8:0:1::5', '2001:db8:0:1::/64'],
    ['2001:db8:0:1:ffff::6', '2001:db8:0:1::/64'],
    ['2001:db8:0:2::5', '2001:db8:0:2::/64'],
    ['fe80::5%eth0', 'fe80::/64'],
    ['127.0.0.1', localSource],
    ['::1', localSource],
    ['::ffff:127.0.0.1', localSource],
    ['192.0.2.7', localSource],
    ['::ffff:192.0.2.7', localSource],
    ['2001:db8:0:1::7', localSource],
    ['fe80::7%eth0', localSource],
    [undefined, 'unknown'],
    ['', 'unknown'],
  ])('counts %s for %s', (address, source) => {
    const sources = new ClientSources({ clock: new FakeClock(), ownAddresses: () => own });
    expect(sources.of(address)).toBe(source);
  });

  it('knows the addresses of this host', () => {
    const sources = new ClientSources({ clock: new FakeClock() });
    for (const { address } of Object.values(networkInterfaces()).flatMap(
      (addresses = []) => addresses,
    )) {
      expect(sources.of(address)).toBe(localSource);
    }
  });

  it('reads the addresses of this host again after ten seconds', async () => {
    const clock = new FakeClock();
    let reads = 0;
    const ownAddresses = () => [`192.0.2.${(reads += 1)}`];
    const sources = new ClientSources({ clock, ownAddresses });
    expect([sources.of('192.0.2.1'), sources.of('192.0.2.2')]).toEqual([localSource, '192.0.2.2']);
    await clock.advance(9999);
    expect(sources.of('192.0.2.1')).toBe(localSource);
    await clock.advance(1);
    expect([sources.of('192.0.2.1'), sources.of('192.0.2.2')]).toEqual(['192.0.2.1', localSource]);
    expect(reads).toBe(2);
  });
});
