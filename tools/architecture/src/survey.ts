import { fileArrows, folderArrows, roomArrows } from './arrow.ts';
import type { Arrow } from './arrow.ts';
import { distances, findCircles } from './circle.ts';
import type { Circle } from './circle.ts';
import { findRepetitions } from './repeated-lines.ts';
import type { Repetition } from './repeated-lines.ts';
import { folderOf, isTest } from './source-tree.ts';
import type { SourceTree } from './source-tree.ts';

/** What the imports and files of a workspace look like. */
export interface Survey {
  readonly rooms: readonly RoomSurvey[];
  readonly roomArrows: readonly Arrow[];
  readonly folderArrows: readonly Arrow[];
  readonly circles: {
    readonly rooms: readonly Circle[];
    readonly folders: readonly Circle[];
    readonly files: readonly Circle[];
  };
  /** Source files of each folder, tests not counted, largest first. */
  readonly folders: readonly FolderSurvey[];
  readonly repetitions: { readonly shipped: RepeatedLines; readonly tests: RepeatedLines };
  readonly hops: readonly Hops[];
}

/** What one room consists of. */
export interface RoomSurvey {
  readonly name: string;
  readonly files: number;
  readonly tests: number;
  /** Lines of the shipped files. */
  readonly lines: number;
  /** Arrows between its shipped files. */
  readonly arrows: number;
}

/** A folder and its number of source files. */
export interface FolderSurvey {
  readonly folder: string;
  readonly files: number;
}

/** Repeated lines and the number of lines among which they were looked for. */
export interface RepeatedLines {
  readonly repetitions: readonly Repetition[];
  readonly lines: number;
}

/** How far the files that serve a kind of object are from where it enters, in imports. */
export interface Hops {
  readonly kind: string;
  /** The mean distance of the files that are reached within the rooms. */
  readonly mean: number;
  readonly files: number;
}

/** Where an object of a kind enters the rooms that serve it. */
export interface Journey {
  readonly kind: string;
  /** Names of the files at which it enters. */
  readonly starts: readonly string[];
}

/** Surveys a workspace. @throws Error for a journey that starts at a file that does not exist */
export function survey(tree: SourceTree, journeys: readonly Journey[]): Survey {
  const arrows = fileArrows(tree);
  const shipped = tree.files.filter((file) => file.isShipped);
  const tests = tree.files.filter((file) => !file.isShipped);
  const betweenRooms = roomArrows(tree);
  const betweenFolders = folderArrows(tree);
  return {
    rooms: tree.rooms.map(({ name }) => roomSurvey(name, tree, arrows)),
    roomArrows: betweenRooms,
    folderArrows: betweenFolders,
    circles: {
      rooms: findCircles(betweenRooms),
      folders: findCircles(betweenFolders),
      files: findCircles(arrows),
    },
    folders: [
      ...Map.groupBy(
        tree.files.filter(({ path }) => !isTest(path)),
        ({ path }) => folderOf(path),
      ),
    ]
      .map(([folder, files]) => ({ folder, files: files.length }))
      .toSorted((one, other) => other.files - one.files),
    repetitions: { shipped: repeatedLines(shipped), tests: repeatedLines(tests) },
    hops: journeys.map((journey) => hopsOf(journey, tree, arrows)),
  };
}

function roomSurvey(name: string, { files }: SourceTree, arrows: readonly Arrow[]): RoomSurvey {
  const own = files.filter(({ room }) => room === name);
  const shipped = own.filter(({ isShipped }) => isShipped);
  const paths = new Set(shipped.map(({ path }) => path));
  return {
    name,
    files: shipped.length,
    tests: own.filter(({ path }) => isTest(path)).length,
    lines: shipped.reduce((sum, { text }) => sum + lineCount(text), 0),
    arrows: arrows.filter(({ from, to }) => paths.has(from) && paths.has(to)).length,
  };
}

function repeatedLines(files: SourceTree['files']): RepeatedLines {
  return {
    repetitions: findRepetitions(files),
    lines: files.reduce((sum, { text }) => sum + lineCount(text), 0),
  };
}

function hopsOf({ kind, starts }: Journey, { files }: SourceTree, arrows: readonly Arrow[]): Hops {
  const paths = starts.map((start) => {
    const file = files.find(({ path, isShipped }) => isShipped && path.endsWith(`/${start}`));
    if (file === undefined) throw new Error(`no shipped file is called "${start}"`);
    return file.path;
  });
  const found = [...distances(paths, arrows).values()].filter((distance) => distance > 0);
  const sum = found.reduce((total, distance) => total + distance, 0);
  return { kind, files: found.length, mean: found.length === 0 ? 0 : sum / found.length };
}

function lineCount(text: string): number {
  return text.split('\n').length - 1;
}
