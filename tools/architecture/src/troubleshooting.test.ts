import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { constantText, errorCodes } from './error-codes.ts';
import { eventReasons } from './event-reasons.ts';
import { readSourceTree } from './source-tree.ts';

const root = join(import.meta.dirname, '../../..');
const guide = readFileSync(join(root, 'docs/guides/troubleshooting.md'), 'utf8');

/** What the published packages ship, without what they offer to tests. */
const sources = readSourceTree(root)
  .files.filter(({ isShipped, path }) => isShipped && /^packages\/(?!.*\/testing\/)/.test(path))
  .map(({ text }) => text);

/** The first column of the table under a heading of the guide. */
function listed(heading: string): readonly string[] {
  const [, section = ''] = guide.split(`\n## ${heading}\n`);
  const [table = ''] = section.split('\n## ');
  return [...table.matchAll(/^\| `(?<first>[^`]+)`/gm)].map(
    ({ groups }) => groups?.['first'] ?? '',
  );
}

const sorted = (texts: readonly string[]): readonly string[] => [...new Set(texts)].toSorted();

describe('eventReasons', () => {
  it.each([
    [
      "export const AEvent = {\n  One: {\n    reason: 'One',\n  },\n  Two: {},\n} as const;",
      ['One', 'Two'],
    ],
    [
      "export const ReportReason = {\n  /** Not: this. */\n  Three: 'Three',\n} as const;",
      ['Three'],
    ],
    ["recorder.event(lease, 'Normal', 'LeaderElection', text);", ['LeaderElection']],
    ["{ type: 'Warning', reason: 'NodeSkipped', message }", ['NodeSkipped']],
    ["warning(\n  'PortShadowed',\n  text)", ['PortShadowed']],
    ["export const EventSource = {\n  A: 'a',\n} as const;\nevent('Normal', reason)", []],
  ])('of %j', (source, expected) => {
    expect(eventReasons(source)).toEqual(expected);
  });
});

describe('errorCodes', () => {
  it.each([
    ["override readonly code = 'A_B';", ['A_B']],
    ["readonly code: string = 'A_B';", ['A_B']],
    ['readonly code = someCode;', ['someCode']],
    ['abstract readonly code: string; readonly code?: number;', []],
  ])('of %j', (source, expected) => {
    expect(errorCodes(source)).toEqual(expected);
  });

  it('can be constants of another source', () => {
    expect(constantText('someCode', ['', "export const someCode = 'A_B';"])).toBe('A_B');
  });
});

describe('docs/guides/troubleshooting.md', () => {
  it('lists every reason of an Event, and no other', () => {
    const reasons = sorted(sources.flatMap(eventReasons));
    expect(reasons.length).toBeGreaterThan(20);
    expect(sorted(listed('All Events'))).toEqual(reasons);
  });

  it('lists every code of an error, and no other', () => {
    const codes = sources.flatMap(errorCodes).map((code) => constantText(code, sources));
    expect(codes.length).toBeGreaterThan(50);
    expect(sorted(listed('All error codes'))).toEqual(sorted(codes));
  });

  it('lists nothing twice', () => {
    const all = [...listed('All Events'), ...listed('All error codes')];
    expect(all.filter((text, index) => all.indexOf(text) !== index)).toEqual([]);
  });
});
