import { describe, expect, it } from '@jest/globals';
import type { ProxyFor } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider } from '@k8s-ccm/cloud-provider/testing';
import { run, startApiServer, working } from '../testing/manager-scene.ts';

describe('a manager behind a proxy', () => {
  it('does not start with proxies that it cannot use: one line for each, without their passwords', async () => {
    const { exitCode, err } = run({
      argv: [...working, '--master=http://127.0.0.1:9'],
      env: { HTTPS_PROXY: 'socks5://joe:secret@proxy.test', http_proxy: 'http://proxy:x' },
    });
    expect(await exitCode).toBe(1);
    const lines = err().trimEnd().split('\n');
    expect(lines).toEqual([
      expect.stringContaining('ccm: http_proxy: found "http://proxy:x"; allowed: an http:// or'),
      expect.stringContaining(
        'ccm: HTTPS_PROXY: found "socks5://[redacted]@proxy.test"; allowed: an http:// or https:// URL',
      ),
    ]);
    expect(err()).not.toContain('secret');
  });

  it('tells its provider which proxy to take, and itself goes to this machine by none', async () => {
    await using server = await startApiServer();
    const told = Promise.withResolvers<ProxyFor | undefined>();
    const { exitCode, signals } = run({
      argv: [...working, `--master=${server.url}`],
      make: async ({ proxyFor }) => {
        told.resolve(proxyFor);
        return new FakeCloudProvider();
      },
      env: {
        HTTP_PROXY: 'http://192.0.2.1:9',
        HTTPS_PROXY: 'proxy.test:3128',
        NO_PROXY: '10.0.0.0/8',
      },
    });
    const proxyFor = await told.promise;
    signals.send('SIGTERM');
    expect(await exitCode).toBe(0);
    expect(proxyFor?.(new URL('https://cloud.test'))?.href).toBe('http://proxy.test:3128/');
    expect(proxyFor?.(new URL('http://cloud.test'))?.href).toBe('http://192.0.2.1:9/');
    expect(proxyFor?.(new URL('https://10.1.2.3'))).toBeUndefined();
  });
});
