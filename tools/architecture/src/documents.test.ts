import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { markdownLinks, numberedReferences, sourceReferences } from './document-reference.ts';
import type { DocumentReference } from './document-reference.ts';
import { markdownAnchors } from './markdown-anchors.ts';
import { repositoryFiles } from './repository-files.ts';
import { isTest, readSourceTree } from './source-tree.ts';

const root = join(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const anchors = new Map<string, ReadonlySet<string>>();

function hasAnchor(file: string, anchor: string): boolean {
  const known = anchors.get(file) ?? new Set(markdownAnchors(read(file)));
  anchors.set(file, known);
  return known.has(anchor);
}

/** Those that lead nowhere, as `file:line -> target`. */
function broken(file: string, references: readonly DocumentReference[]): readonly string[] {
  return references
    .filter(({ file: target, anchor }) => {
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && target.endsWith('.md') && !hasAnchor(target, anchor);
    })
    .map(({ file: target, anchor, line }) => {
      return `${file}:${line} -> ${target}${anchor === undefined ? '' : `#${anchor}`}`;
    });
}

describe('markdownAnchors', () => {
  it.each([
    ['## Service ensure', ['service-ensure']],
    ['# `ccm`, and [what](a.md) it is: A–B_c', ['ccm-and-what-it-is-ab_c']],
    ['## Twice\n## Twice', ['twice', 'twice-1']],
    ['1. <a id="case-1"></a>One', ['case-1']],
    ['```md\n# Not a heading\n```\n# A heading', ['a-heading']],
    ['#no heading', []],
  ])('of %j', (text, expected) => {
    expect(markdownAnchors(text)).toEqual(expected);
  });
});

describe('sourceReferences', () => {
  it.each([
    [
      '// @see docs/reference/contract.md#case-135',
      [{ line: 1, file: 'docs/reference/contract.md', anchor: 'case-135' }],
    ],
    [
      '/**\n * A (contract.md#node-ip), B (inspur-api.md#ecs).\n */',
      [
        { line: 2, file: 'docs/reference/contract.md', anchor: 'node-ip' },
        { line: 2, file: 'docs/reference/inspur-api.md', anchor: 'ecs' },
      ],
    ],
    ['see docs/guides/proxy.md.', [{ line: 1, file: 'docs/guides/proxy.md' }]],
    ['other-contract.md#a and a/contract.md', []],
  ])('in %j', (source, expected) => {
    expect(sourceReferences(source)).toEqual(expected);
  });
});

describe('numberedReferences', () => {
  it.each([
    ['// contract §4.5', [1]],
    ['x\n * (case 55).', [2]],
    ["it('case %i: a Node', …)", [1]],
    ['/** The SLB API. inspur.md §2. */', [1]],
    ['/** As nodes-on-inspur.md says. */', []],
    ['switch (status) {\n  case 404:\n  case 410: return;', []],
    ['// @see docs/reference/contract.md#case-135', []],
  ])('in %j', (source, expected) => {
    expect(numberedReferences(source)).toEqual(expected);
  });
});

describe('markdownLinks', () => {
  it.each([
    ['[a](../b.md#c)', [{ line: 1, file: 'docs/b.md', anchor: 'c' }]],
    ['text\n[here](#there)', [{ line: 2, file: 'docs/x/a.md', anchor: 'there' }]],
    ['[a]: b.md', [{ line: 1, file: 'docs/x/b.md' }]],
    ['[a](https://example.com) `[b]` [c]', []],
    ['```\n[a](nowhere.md)\n```', []],
  ])('in %j', (text, expected) => {
    expect(markdownLinks(text, 'docs/x/a.md')).toEqual(expected);
  });
});

describe('the documents', () => {
  it('are where the comments of the sources say', () => {
    const files = repositoryFiles(root, ['.ts', '.mjs']).filter(
      (file) => join(root, file) !== import.meta.filename,
    );
    const references = files.map((file) => ({ file, found: sourceReferences(read(file)) }));
    expect(references.flatMap(({ file, found }) => broken(file, found))).toEqual([]);
  });

  it('are referred to by anchors, and not by numbers', () => {
    const found = repositoryFiles(root, ['.ts', '.mjs'])
      // This room has the pattern itself.
      .filter((file) => !file.startsWith('tools/architecture/'))
      .flatMap((file) => numberedReferences(read(file)).map((line) => `${file}:${line}`));
    expect(found).toEqual([]);
  });

  it('are where links in documents lead', () => {
    const files = repositoryFiles(root, ['.md']);
    const references = files.map((file) => ({ file, found: markdownLinks(read(file), file) }));
    expect(references.flatMap(({ found }) => found).length).toBeGreaterThan(50);
    expect(references.flatMap(({ file, found }) => broken(file, found))).toEqual([]);
  });

  it.each(['contract', 'inspur-api'])('have each anchor of %s.md once', (page) => {
    const found = markdownAnchors(read(`docs/reference/${page}.md`));
    expect(found.filter((anchor, index) => found.indexOf(anchor) !== index)).toEqual([]);
  });

  it('have the acceptance cases 1 to 204, in order', () => {
    const cases = markdownAnchors(read('docs/reference/contract.md')).filter((anchor) =>
      /^case-\d+$/.test(anchor),
    );
    expect(cases).toEqual(Array.from({ length: 204 }, (_, index) => `case-${index + 1}`));
  });

  it('have an acceptance test for each case', () => {
    const tested = new Set(
      readSourceTree(root)
        .files.filter(({ path }) => isTest(path) && !path.startsWith('tools/architecture/'))
        .flatMap(({ text }) => sourceReferences(text).map(({ anchor }) => anchor)),
    );
    const cases = Array.from({ length: 204 }, (_, index) => `case-${index + 1}`);
    expect(cases.filter((anchor) => !tested.has(anchor))).toEqual([]);
  });

  it('have a row for each room in the map of CONTRIBUTING.md', () => {
    const [, map = ''] = read('CONTRIBUTING.md').split('\n## The map\n');
    const rows = [...(map.split('\n## ')[0] ?? '').matchAll(/^\| `(?<folder>[^`]+)`/gm)];
    expect(rows.map(({ groups }) => groups?.['folder'] ?? '').toSorted()).toEqual(
      readSourceTree(root)
        .rooms.map(({ folder }) => folder)
        .toSorted(),
    );
  });
});
