const clock =
  /\b(?:systemClock\.(?:monotonic|now)|monotonicMs|hrtime(?:\.bigint)?|performance\.now|Date\.now)\(\)/;
const assignment = /\bconst (?<name>\w+) =(?<value>[^;]*);/g;
const bound =
  /expect\((?<value>[^\n]*?)\)\s*\.toBeLessThan(?:OrEqual)?\(\s*(?<limit>[\w.]+),?\s*\)/g;
/** A bound that no load of the machine reaches, in milliseconds. */
const generousMs = 30_000;

/** The lines of a test that bound how long something takes in real time, and not generously. */
export function wallClockBounds(source: string): readonly number[] {
  const durations = new Set(
    [...source.matchAll(assignment)]
      .filter(({ groups }) => isDuration(groups?.['value'] ?? ''))
      .map(({ groups }) => groups?.['name'] ?? ''),
  );
  return [...source.matchAll(bound)]
    .filter(({ groups }) => {
      const value = groups?.['value'] ?? '';
      return isDuration(value) || durations.has(value);
    })
    .filter(({ groups }) => !(numberIn(groups?.['limit'] ?? '') >= generousMs))
    .map(({ index }) => source.slice(0, index).split('\n').length);
}

/** A difference of readings of a real clock. */
function isDuration(value: string): boolean {
  return clock.test(value) && value.includes(' - ');
}

/** NaN for what is not a number, such as a name. */
function numberIn(text: string): number {
  return Number(text.replaceAll('_', ''));
}
