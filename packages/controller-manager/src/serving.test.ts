import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import { MetricsRegistry, systemClock } from '@k8s-ccm/controller-runtime';
import { isLoopbackAddress, startServing } from './serving.ts';
import type { Serving, ServingOptions } from './serving.ts';

function start(options: Partial<ServingOptions> = {}): Promise<Serving> {
  return startServing({
    address: '127.0.0.1',
    port: 0,
    liveChecks: () => [],
    readyChecks: () => [],
    metrics: new MetricsRegistry(),
    clock: systemClock,
    log: silentLogger,
    ...options,
  });
}

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

async function get({ port, certificate }: Serving, path: string, method = 'GET'): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  request({ host: 'localhost', port, path, method, ca: certificate, agent: false, family: 4 })
    .on('response', (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    })
    .on('error', reject)
    .end();
  return promise;
}

describe('startServing', () => {
  it('answers health with a certificate that is good for localhost', async () => {
    let isReady = false;
    await using serving = await start({
      readyChecks: () => [{ name: 'informers', isHealthy: () => isReady }],
    });
    expect(await get(serving, '/healthz')).toEqual({ status: 200, body: 'ok' });
    expect(await get(serving, '/livez')).toEqual({ status: 200, body: 'ok' });
    expect(await get(serving, '/readyz')).toEqual({
      status: 500,
      body: '[-]informers failed: reason withheld\nreadyz check failed\n',
    });
    expect(await get(serving, '/readyz?exclude=informers')).toEqual({ status: 200, body: 'ok' });
    isReady = true;
    expect((await get(serving, '/readyz?verbose')).body).toBe(
      '[+]informers ok\nreadyz check passed\n',
    );
  });

  it('shows metrics to this host', async () => {
    const metrics = new MetricsRegistry();
    metrics.counter({ name: 'things_total', help: 'Things.' }).inc();
    await using serving = await start({ metrics });
    const { status, body } = await get(serving, '/metrics');
    expect(status).toBe(200);
    expect(body).toContain('things_total 1');
  });

  it('shows metrics to nobody who may not read them', async () => {
    await using serving = await start({ mayReadMetrics: () => false });
    expect(await get(serving, '/metrics')).toEqual({
      status: 403,
      body: 'metrics are served to the loopback address only\n',
    });
  });

  it.each([
    ['/', 'GET', 404],
    ['/healthz/ping', 'GET', 404],
    ['/healthz', 'POST', 405],
    ['//', 'GET', 404],
  ])('answers %s by %s with %i', async (path, method, status) => {
    await using serving = await start();
    expect((await get(serving, path, method)).status).toBe(status);
  });

  it('goes on after a failure within', async () => {
    const metrics = new MetricsRegistry();
    metrics.beforeRender(() => {
      throw new Error('broken gauge');
    });
    await using serving = await start({ metrics });
    await expect(get(serving, '/metrics')).rejects.toThrow('socket hang up');
    expect((await get(serving, '/healthz')).status).toBe(200);
  });

  it('refuses a port that is taken', async () => {
    await using serving = await start();
    await expect(start({ port: serving.port })).rejects.toThrow('EADDRINUSE');
  });
});

describe('isLoopbackAddress', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.8.0.1', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['10.0.0.1', false],
    ['::ffff:10.0.0.1', false],
    ['fe80::1', false],
    ['127.example', false],
    ['', false],
  ])('%s: %s', (address, isLoopback) => {
    expect(isLoopbackAddress(address)).toBe(isLoopback);
  });
});
