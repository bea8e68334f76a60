import { describe, expect, it } from '@jest/globals';
import { MetricsRegistry } from '@k8s-ccm/controller-runtime';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { CloudCallLog } from './cloud-call-log.ts';
import { ProviderMetricsBook } from './provider-metrics.ts';

function newBook() {
  const clock = new FakeClock({ now: 1_700_000_000_500 });
  const registry = new MetricsRegistry();
  const calls = new CloudCallLog(clock);
  const book = new ProviderMetricsBook({ registry, provider: 'inspur', calls });
  /** The lines of a metric, less its name and the label that all have. */
  const shown = async (name: string): Promise<readonly string[]> =>
    (await registry.render())
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`))
      .map((line) => line.slice(name.length).replace(/provider="inspur",?/, ''));
  return { clock, registry, calls, book, shown };
}

const series = (code: string, le: string): string =>
  `cloudprovider_api_request_duration_seconds_bucket{le="${le}",provider="inspur",operation="ListListeners",code="${code}"}`;
const ok = { operation: 'ListListeners', code: '200', durationSeconds: 0.3 };

describe('ProviderMetricsBook', () => {
  it('counts requests by operation and code, in buckets of seconds', async () => {
    const { book, registry } = newBook();
    const { metrics } = book.draft();
    metrics.observeApiRequest(ok);
    metrics.observeApiRequest({ operation: 'ListListeners', code: 'none', durationSeconds: 40 });
    const text = await registry.render();
    expect(text).toContain(`${series('200', '0.25')} 0\n`);
    expect(text).toContain(`${series('200', '0.5')} 1\n`);
    expect(text).toContain(`${series('none', '30')} 0\n`);
    expect(text).toContain(`${series('none', '60')} 1\n`);
  });

  it('counts what was sent again, what was refused as too much and what had to wait', async () => {
    const { book, shown } = newBook();
    expect(await shown('cloudprovider_api_throttled_total')).toEqual(['{} 0']);
    const { metrics } = book.draft();
    const refused = { code: '429', answered: false, throttled: true, retried: true };
    metrics.observeApiRequest({ ...ok, ...refused });
    metrics.observeApiRequest({ ...ok, waitSeconds: 2 });
    metrics.observeApiRequest({ ...ok, operation: 'AddMembers' });
    expect(await shown('cloudprovider_api_throttled_total')).toEqual(['{} 1']);
    expect(await shown('cloudprovider_api_retries_total')).toEqual([
      '{operation="ListListeners"} 1',
    ]);
    const waits = await shown('cloudprovider_api_throttle_wait_seconds_bucket');
    expect(waits).toContain('{le="1",} 2');
    expect(waits).toContain('{le="2.5",} 3');
    expect(await shown('cloudprovider_api_throttle_wait_seconds_sum')).toEqual(['{} 2']);
  });

  it.each([
    ['a success', { code: '200' }, true],
    ['a refusal for a reason', { code: '107.001404', answered: true }, true],
    ['a code of the cloud of which nothing is said', { code: '107.001404' }, false],
    ['no answer', { code: 'none' }, false],
    ['refused credentials', { code: '401', answered: false }, false],
  ])('knows when the cloud last did its part: %s', async (_, request, good) => {
    const { book, clock, calls, shown } = newBook();
    expect([calls.lastSuccessAt, calls.lastFailureAt]).toEqual([undefined, undefined]);
    await clock.advance(1_000);
    book.draft().metrics.observeApiRequest({ ...ok, ...request });
    const now = 1_700_000_001_500;
    expect([calls.lastSuccessAt, calls.lastFailureAt]).toEqual(
      good ? [now, undefined] : [undefined, now],
    );
    expect(await shown('cloudprovider_api_last_success_timestamp_seconds')).toEqual(
      good ? ['{} 1700000001.5'] : [],
    );
  });

  it('shows what is left of the budget of the provider in use, as it is when one looks', async () => {
    const { book, shown } = newBook();
    const budget = { available: 64, callsPerSecond: Infinity };
    const draft = book.draft();
    draft.metrics.showBudget(budget);
    expect(await shown('cloudprovider_api_budget_available')).toEqual([]);
    draft.use();
    expect(await shown('cloudprovider_api_budget_available')).toEqual(['{} 64']);
    expect(await shown('cloudprovider_api_budget_rate')).toEqual(['{} +Inf']);
    Object.assign(budget, { available: 3, callsPerSecond: 12.5 });
    book.draft().metrics.showBudget({ available: 1, callsPerSecond: 1 });
    expect(await shown('cloudprovider_api_budget_available')).toEqual(['{} 3']);
    expect(await shown('cloudprovider_api_budget_rate')).toEqual(['{} 12.5']);
  });

  it('says whose certificate the provider in use does not verify, and nothing of the others', async () => {
    const { book, shown } = newBook();
    const name = 'cloudprovider_tls_verification_disabled';
    const first = book.draft();
    first.metrics.setTlsVerificationDisabled('ecs');
    expect(await shown(name)).toEqual([]);
    first.use();
    expect(await shown(name)).toEqual(['{endpoint="ecs"} 1']);
    first.metrics.setTlsVerificationDisabled('vpc');
    expect(await shown(name)).toEqual(['{endpoint="ecs"} 1', '{endpoint="vpc"} 1']);
    const second = book.draft();
    second.metrics.setTlsVerificationDisabled('slb');
    second.use();
    first.metrics.setTlsVerificationDisabled('eip');
    expect(await shown(name)).toEqual(['{endpoint="slb"} 1']);
  });
});
