import { join, posix } from 'node:path';
import { withoutCodeBlocks } from './markdown-text.ts';

/** A reference to a file of the repository, and perhaps to a place in it. */
export interface DocumentReference {
  /** From 1. */
  readonly line: number;
  /** Path of the file, relative to the root of the repository. */
  readonly file: string;
  /** What follows the `#`; absent if the reference is to the whole file. */
  readonly anchor?: string;
}

/** Pages that comments may name without their folder. */
const shortPages = 'contract|inspur-api';
const inSource = new RegExp(
  String.raw`(?:(?<path>\bdocs/[\w/.-]+\.(?:md|mjs|json|yaml))|(?<![\w/.-])(?<page>${shortPages})\.md)(?:#(?<anchor>[\w-]+))?`,
  'g',
);

/** References of a source: `docs/…`, and the short forms `contract.md#…` and `inspur-api.md#…`. */
export function sourceReferences(source: string): readonly DocumentReference[] {
  return referencesIn(source, inSource, ({ path, page, anchor }) => ({
    file: path ?? `docs/reference/${page}.md`,
    anchor,
  }));
}

/**
 * Lines, from 1, that refer to a section or an acceptance case by its number alone: `§4.5`, `case 151`. Nobody can follow
 * such a reference, and it does not break when the number changes.
 */
export function numberedReferences(source: string): readonly number[] {
  return source.split('\n').flatMap((line, index) => {
    const isReference = /§|(?<![\w-])inspur\.md\b|\bcases? (?:\d|%[dis])/.test(line);
    return isReference && !/^\s*case \d+:/.test(line) ? [index + 1] : [];
  });
}

const links =
  /\]\((?<target>[^()\s]+)(?: "[^"]*")?\)|^\[[^\]]+\]: (?<definition>\S+)|\b(?:src|href)="(?<html>[^"]+)"/gm;

/** Links of a Markdown document to files of the repository. `file` is the document's own path. */
export function markdownLinks(text: string, file: string): readonly DocumentReference[] {
  return referencesIn(
    withoutCodeBlocks(text),
    links,
    ({ target = '', definition = target, html }) => {
      const to = html ?? definition;
      if (/^[a-z][a-z+.-]*:/i.test(to)) return undefined;
      const [path = '', anchor] = to.split('#');
      return { file: path === '' ? file : join(posix.dirname(file), path), anchor };
    },
  );
}

type Target = Omit<DocumentReference, 'line' | 'anchor'> & { readonly anchor: string | undefined };

function referencesIn(
  text: string,
  pattern: RegExp,
  targetOf: (groups: Readonly<Record<string, string | undefined>>) => Target | undefined,
): readonly DocumentReference[] {
  return [...text.matchAll(pattern)].flatMap(({ groups = {}, index }) => {
    const target = targetOf(groups);
    if (target === undefined) return [];
    const { file, anchor } = target;
    const line = text.slice(0, index).split('\n').length;
    return [{ line, file, ...(anchor === undefined ? {} : { anchor }) }];
  });
}
