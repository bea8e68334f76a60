import type { SourceFile } from './source-tree.ts';

/** A run of lines that stands in two places. */
export interface Repetition {
  /** `path:line` of the first place. */
  readonly first: string;
  /** `path:line` of the place that repeats it. */
  readonly again: string;
  /** Significant lines in a row that are equal. */
  readonly lines: number;
}

/** Significant lines in a row that make a repetition. */
export const repetitionLength = 6;

interface Line {
  readonly path: string;
  readonly number: number;
  readonly text: string;
}

/**
 * Runs of {@link repetitionLength} or more significant lines that stood before, in the same file or in an earlier
 * one. Lines are compared without indentation. Blank lines, comments, imports, re-exports and lines without a letter or digit are
 * not significant. Every line is counted at most once, where it is repeated, never where it stands first.
 */
export function findRepetitions(files: readonly SourceFile[]): readonly Repetition[] {
  const seen = new Map<string, Line>();
  return files.flatMap((file) => repetitionsOf(significantLines(file), seen));
}

function repetitionsOf(lines: readonly Line[], seen: Map<string, Line>): readonly Repetition[] {
  const found: { first: Line; again: Line; start: number; end: number }[] = [];
  for (const [start, again] of lines.entries()) {
    const run = lines.slice(start, start + repetitionLength);
    if (run.length < repetitionLength) break;
    const key = run.map(({ text }) => text).join('\n');
    const first = seen.get(key);
    const last = found.at(-1);
    if (first === undefined) seen.set(key, again);
    else if (last !== undefined && start <= last.end) last.end = start + repetitionLength;
    else found.push({ first, again, start, end: start + repetitionLength });
  }
  return found.map(({ first, again, start, end }) => ({
    first: placeOf(first),
    again: placeOf(again),
    lines: end - start,
  }));
}

function placeOf({ path, number }: Line): string {
  return `${path}:${number}`;
}

function significantLines({ path, text }: SourceFile): readonly Line[] {
  const withoutBlocks = text
    .replaceAll(/\/\*[^]*?\*\//g, blanked)
    .replaceAll(/^(?:import|export)\s[^;'"=(]*?from\s+'[^']+';/gm, blanked);
  return withoutBlocks
    .split('\n')
    .map((line, index) => ({
      path,
      number: index + 1,
      text: line.replace(/^\s*\/\/.*$/, '').trim(),
    }))
    .filter((line) => /[\p{L}\p{N}]/u.test(line.text));
}

/** As many empty lines as the text has. */
function blanked(text: string): string {
  return text.replaceAll(/[^\n]/g, '');
}
