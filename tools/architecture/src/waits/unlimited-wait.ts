const loop = /\b(?:while \(|for \(;;\)|do \{)/g;
const waits = /\.sleep\(|\bpause\(|\bsetImmediate\b|\bsetTimeout\b|\bonce\(/;
/** Reads a clock, or ends by an abort: then the loop has an end. */
const ends = /\bmonotonic\(\)|\bhrtime\b|limit|giveUp|deadline|\bsignal\b/i;

/** The lines of the loops in a test that wait in real time and do not say how long at most. */
export function unlimitedWaits(source: string): readonly number[] {
  return [...source.matchAll(loop)]
    .filter(({ index }) => {
      const text = statementAt(source, index);
      return waits.test(text) && !ends.test(text);
    })
    .map(({ index }) => source.slice(0, index).split('\n').length);
}

/** The loop that begins at `start`: up to the end of its block, or of its statement if it has none. */
function statementAt(source: string, start: number): string {
  let depth = 0;
  for (let at = start; at < source.length; at += 1) {
    const char = source.charAt(at);
    if ('([{'.includes(char)) depth += 1;
    else if (')]}'.includes(char)) depth -= 1;
    const isEnd = char === '}' || char === ';';
    if (depth === 0 && isEnd) return source.slice(start, at + 1);
  }
  return source.slice(start);
}
