import type { Circle } from './circle.ts';
import type { KnownOffenders } from './known-offender.ts';
import type { Survey } from './survey.ts';

/** The most source files in one folder; tests do not count. */
export const maxFilesPerFolder = 25;

/** What is wrong with a workspace, a sentence each: circles, crowded folders, and known offenders that no longer offend. */
export function architectureProblems(
  { circles, folders }: Survey,
  known: KnownOffenders,
): readonly string[] {
  const crowded = folders.filter(({ files }) => files > maxFilesPerFolder);
  const found = [...circles.files, ...circles.folders];
  return [
    ...circles.rooms.map((circle) => circleProblem('packages', circle)),
    ...unknown(circles.folders, known).map((circle) => circleProblem('folders', circle)),
    ...unknown(circles.files, known).map((circle) => circleProblem('files', circle)),
    ...crowded
      .filter(({ folder }) => !known.folders.includes(folder))
      .map(
        ({ folder, files }) =>
          `${folder} holds ${files} source files (at most ${maxFilesPerFolder}): split it by concept.`,
      ),
    ...known.folders
      .filter((folder) => !crowded.some((other) => other.folder === folder))
      .map((folder) => `${folder} is no longer crowded: remove it from the known offenders.`),
    ...known.circles
      .filter((members) => !found.some((circle) => isWithin(circle, members)))
      .map(
        (members) =>
          `the circle of ${members.join(', ')} no longer exists: remove it from the known offenders.`,
      ),
  ];
}

function unknown(circles: readonly Circle[], known: KnownOffenders): readonly Circle[] {
  return circles.filter((circle) => !known.circles.some((members) => isWithin(circle, members)));
}

function isWithin(circle: Circle, members: readonly string[]): boolean {
  return circle.members.every((member) => members.includes(member));
}

function circleProblem(kind: string, { way, members }: Circle): string {
  const others = members.length - way.length;
  const rest = others === 0 ? '' : ` (${others} more reach each other through it)`;
  return `circle of ${kind}: ${[...way, way[0]].join(' -> ')}${rest}`;
}
