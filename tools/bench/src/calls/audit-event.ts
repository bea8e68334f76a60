import { countBy } from './count-by.ts';
import type { Counts } from './count-by.ts';

/** What is read of a line of the API server's audit log. */
export interface AuditEvent {
  readonly stage: string;
  readonly verb: string;
  /** `services`, `services/status`, `events`, …; the path where the request is about no object. */
  readonly target: string;
  /** HTTP status of the answer; 0 where the line has none. */
  readonly status: number;
}

/** Reads whole lines of an audit log. @throws SyntaxError where a line is not JSON */
export function parseAuditLines(text: string): readonly AuditEvent[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const event = JSON.parse(line) as WireEvent;
      const { resource, subresource } = event.objectRef ?? {};
      const name = subresource === undefined ? resource : `${resource}/${subresource}`;
      return {
        stage: event.stage,
        verb: event.verb,
        target: name ?? event.requestURI ?? '',
        status: event.responseStatus?.code ?? 0,
      };
    });
}

const writingVerbs = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

/** Counts the requests that write, as `patch services/status`; those refused apart, with their status. */
export function countApiWrites(events: Iterable<AuditEvent>): Counts {
  return countBy(events, (event) => (writingVerbs.has(event.verb) ? nameOf(event) : undefined));
}

/** Counts the requests that read and end: everything but writes and watches. */
export function countApiReads(events: Iterable<AuditEvent>): Counts {
  return countBy(events, (event) =>
    writingVerbs.has(event.verb) || event.verb === 'watch' ? undefined : nameOf(event),
  );
}

/** True once a watch of this resource has begun. */
export function isWatching(events: readonly AuditEvent[], resource: string): boolean {
  return events.some(({ verb, target }) => verb === 'watch' && target === resource);
}

function nameOf({ stage, verb, target, status }: AuditEvent): string | undefined {
  if (stage !== 'ResponseComplete' && stage !== 'Panic') return undefined;
  const name = `${verb} ${target}`;
  return status >= 200 && status < 300 ? name : `${name} (${status})`;
}

interface WireEvent {
  readonly stage: string;
  readonly verb: string;
  readonly requestURI?: string;
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string };
  readonly responseStatus?: { readonly code?: number };
}
