import { describe, expect, it } from '@jest/globals';
import { countApiReads, countApiWrites, isWatching, parseAuditLines } from './audit-event.ts';

function line(verb: string, resource: string, more: object = {}): string {
  const [name, subresource] = resource.split('/');
  return JSON.stringify({
    kind: 'Event',
    stage: 'ResponseComplete',
    verb,
    requestURI: `/api/v1/${resource}`,
    objectRef: { resource: name, ...(subresource === undefined ? {} : { subresource }) },
    responseStatus: { code: 200 },
    ...more,
  });
}

const log = [
  line('watch', 'services', { stage: 'ResponseStarted' }),
  line('list', 'nodes'),
  line('create', 'events', { responseStatus: { code: 201 } }),
  line('patch', 'services/status'),
  line('patch', 'services/status'),
  line('patch', 'services/status', { responseStatus: { code: 409 } }),
  line('get', '', { objectRef: undefined, requestURI: '/healthz' }),
  line('watch', 'services'),
].join('\n');

describe('the audit log', () => {
  const events = parseAuditLines(`${log}\n`);

  it('shows writes by verb and resource, refused ones apart', () => {
    expect(countApiWrites(events)).toEqual({
      'create events': 1,
      'patch services/status': 2,
      'patch services/status (409)': 1,
    });
  });

  it('shows reads without watches', () => {
    expect(countApiReads(events)).toEqual({ 'list nodes': 1, 'get /healthz': 1 });
  });

  it('shows that a watch has begun', () => {
    expect(isWatching(events, 'services')).toBe(true);
    expect(isWatching(events, 'nodes')).toBe(false);
  });

  it('counts a request once, though it has several stages', () => {
    const stages = [
      line('patch', 'services', { stage: 'ResponseStarted' }),
      line('patch', 'services'),
    ];
    expect(countApiWrites(parseAuditLines(stages.join('\n')))).toEqual({ 'patch services': 1 });
  });
});
