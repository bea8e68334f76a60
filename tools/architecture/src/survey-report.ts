import { maxFilesPerFolder } from './architecture-problem.ts';
import type { Arrow } from './arrow.ts';
import type { Circle } from './circle.ts';
import { repetitionLength } from './repeated-lines.ts';
import type { RepeatedLines, Survey } from './survey.ts';

/** Folders and repetitions that a report shows; the rest is counted. */
const shown = 15;

/** A survey as text for people: packages, arrows, circles, folders, repeated lines and hops. */
export function surveyReport(survey: Survey): string {
  const { rooms, circles, folders, repetitions, hops } = survey;
  const crowded = folders.filter(({ files }) => files > maxFilesPerFolder).length;
  return [
    `Packages: ${rooms.length} (shipped files, lines, arrows between files; tests)`,
    ...rooms.map(
      ({ name, files, lines, arrows, tests }) =>
        `  ${name.padEnd(28)} ${right(files)} files ${right(lines)} lines ${right(arrows)} arrows ${right(tests)} tests`,
    ),
    `Arrows between packages: ${survey.roomArrows.length}`,
    ...arrowLines(survey.roomArrows),
    `Arrows between folders of a package: ${survey.folderArrows.length}`,
    ...arrowLines(survey.folderArrows),
    ...circleLines('packages', circles.rooms),
    ...circleLines('folders', circles.folders),
    ...circleLines('files', circles.files),
    `Folders: ${folders.length}, ${crowded} with more than ${maxFilesPerFolder} source files`,
    ...folders.slice(0, shown).map(({ folder, files }) => `  ${right(files)} ${folder}`),
    `Lines that stand twice (runs of ${repetitionLength} or more; blank lines, comments, imports and brackets aside)`,
    ...repetitionLines('shipped', repetitions.shipped),
    ...repetitionLines('tests', repetitions.tests),
    'Hops (mean number of imports from where an object enters to a file that it reaches)',
    ...hops.map(({ kind, mean, files }) => `  ${kind}: ${mean.toFixed(2)} over ${files} files`),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function arrowLines(arrows: readonly Arrow[]): readonly string[] {
  return [...Map.groupBy(arrows, ({ from }) => from)]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(
      ([from, group]) =>
        `  ${from} -> ${group
          .map(({ to }) => to)
          .toSorted()
          .join(', ')}`,
    );
}

function circleLines(kind: string, circles: readonly Circle[]): readonly string[] {
  return [
    `Circles of ${kind}: ${circles.length}`,
    ...circles.map(
      ({ members, way }) => `  ${members.length} members: ${[...way, way[0]].join(' -> ')}`,
    ),
  ];
}

function repetitionLines(kind: string, { repetitions, lines }: RepeatedLines): readonly string[] {
  const repeated = repetitions.reduce((sum, repetition) => sum + repetition.lines, 0);
  return [
    `  ${kind}: ${repeated} of ${lines} lines in ${repetitions.length} places`,
    ...repetitions
      .toSorted((one, other) => other.lines - one.lines)
      .slice(0, shown)
      .map(({ again, first, lines: length }) => `    ${right(length)} ${again} repeats ${first}`),
  ];
}

function right(count: number): string {
  return String(count).padStart(5);
}
