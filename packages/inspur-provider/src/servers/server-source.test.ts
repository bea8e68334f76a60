import type { EcsClient, Lane, ServerFilter, ServerList } from '@k8s-ccm/inspur-sdk';
import { describe, expect, it } from '@jest/globals';

import { LogLines } from '../testing/log-lines.ts';
import { buildServer } from '../testing/server-fixtures.ts';
import { ServerSource } from './server-source.ts';

const whole: ServerList = { servers: [buildServer()], skipped: [], complete: true, calls: 2 };

/** An ECS that gives always the same, and keeps what it was asked. */
function setUp(list: ServerList) {
  const asked: { readonly filter: ServerFilter | undefined; readonly lane: Lane | undefined }[] =
    [];
  const ecs: Pick<EcsClient, 'listServers'> = {
    listServers: async (filter, options) => {
      asked.push({ filter, lane: options?.lane });
      return list;
    },
  };
  const log = new LogLines();
  return { asked, log, source: new ServerSource(ecs, log) };
}

const { signal } = new AbortController();

describe('ServerSource', () => {
  it('tells how a list went', async () => {
    const { source } = setUp({ ...whole, complete: false });
    expect(await source.listAll({ signal, urgent: false })).toEqual({
      items: whole.servers,
      unreadable: [],
      complete: false,
      calls: 2,
    });
  });

  it('lets nodes that wait for their initialization go first', async () => {
    const { asked, source } = setUp(whole);
    await source.listAll({ signal, urgent: true });
    await source.listByIds(['i-1'], { signal, urgent: false });
    expect(asked).toEqual([
      { filter: {}, lane: 'node-init' },
      { filter: { serverIds: ['i-1'] }, lane: 'repair' },
    ]);
  });

  it('tells each trouble once', async () => {
    const skipped = [
      { serverId: 'i-1', reason: 'bad status' },
      { serverId: 'i-2', reason: 'bad status' },
      { serverId: '', reason: 'no id' },
    ];
    const { log, source } = setUp({ ...whole, skipped });
    await source.listAll({ signal, urgent: true });
    const { unreadable } = await source.listAll({ signal, urgent: true });
    expect(unreadable).toEqual(['i-1', 'i-2', '']);
    expect(log.lines).toHaveLength(3);
  });

  it('remembers no more troubles than it can hold', async () => {
    const skipped = Array.from({ length: 1001 }, (_, index) => ({
      serverId: `i-${index}`,
      reason: 'bad',
    }));
    const { log, source } = setUp({ ...whole, skipped });
    await source.listAll({ signal, urgent: true });
    expect(log.lines).toHaveLength(1001);
    await source.listAll({ signal, urgent: true });
    expect(log.lines.length).toBeGreaterThan(1001);
  });
});
