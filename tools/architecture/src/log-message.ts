/** A call of a logger, as far as its message goes. */
export interface LogCall {
  /** The first argument as it is written. */
  readonly message: string;
  /** Whether every part of it is written out: lines of one kind can then be counted. */
  readonly isConstant: boolean;
}

/** The calls of loggers in a source: of whatever is called `log` or ends in `Log`. */
export function logCalls(source: string): readonly LogCall[] {
  return [...source.matchAll(/[lL]og\??\.(?:error|warn|info|debug)\(/g)].map((found) => {
    const message = firstArgument(source, found.index + found[0].length);
    const outsideQuotes = message.replaceAll(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, "''");
    return { message, isConstant: !/[`+]/.test(outsideQuotes) };
  });
}

/** What stands from `start` up to the comma or bracket that ends an argument. */
function firstArgument(source: string, start: number): string {
  let depth = 0;
  let quote = '';
  for (let at = start; at < source.length; at += 1) {
    const char = source.charAt(at);
    if (quote !== '') {
      if (char === '\\') at += 1;
      else if (char === quote) quote = '';
    } else if (`'"\``.includes(char)) quote = char;
    else if ('([{'.includes(char)) depth += 1;
    else if (depth === 0 && ',)'.includes(char)) return source.slice(start, at).trim();
    else if (')]}'.includes(char)) depth -= 1;
  }
  return source.slice(start).trim();
}
