import { CloudApiError, VpcErrorCode } from '@k8s-ccm/inspur-sdk';
import { describe, expect, it } from '@jest/globals';

import { failureOf } from '../testing/pictured-routes.ts';
import { FullTable } from './full-table.ts';

const refusal = new CloudApiError('full', {
  operation: 'AddRoute',
  method: 'POST',
  url: 'https://cloud.example/',
  attempts: 1,
  status: 400,
  outcome: 'refused',
  retryable: false,
  apiCode: VpcErrorCode.QuotaExceeded,
  requestId: '',
  bodyKind: 'json',
});

/** Tries so many additions at once, each with this outcome; how many there were in fact, and their failures. */
async function tryAll(table: FullTable, count: number, failure?: Error) {
  let tries = 0;
  const failures = await Promise.all(
    Array.from({ length: count }, () =>
      failureOf(
        table.add(async () => {
          tries += 1;
          await Promise.resolve();
          if (failure !== undefined) throw failure;
        }),
      ),
    ),
  );
  return { tries, failures: new Set(failures) };
}

describe('a table', () => {
  it('that is full is tried once for all who come meanwhile, and has room again as soon as one is taken', async () => {
    const table = new FullTable();
    expect(await tryAll(table, 5)).toEqual({ tries: 5, failures: new Set([undefined]) });
    expect(await tryAll(table, 5, refusal)).toEqual({ tries: 5, failures: new Set([refusal]) });
    expect(await tryAll(table, 5, refusal)).toEqual({ tries: 1, failures: new Set([refusal]) });
    expect(await tryAll(table, 1, refusal)).toEqual({ tries: 1, failures: new Set([refusal]) });
    expect(await tryAll(table, 5)).toEqual({ tries: 5, failures: new Set([undefined]) });
    expect(await tryAll(table, 5, refusal)).toMatchObject({ tries: 5 });
  });

  it('that fails otherwise is not taken for full', async () => {
    const table = new FullTable();
    const other = new Error('no answer');
    await tryAll(table, 1, refusal);
    expect(await tryAll(table, 5, other)).toEqual({ tries: 5, failures: new Set([other]) });
    expect(await tryAll(table, 5, other)).toMatchObject({ tries: 5 });
  });
});
