import { sectionsOf } from './flag.ts';
import type { Flag, FlagTable } from './flag.ts';

/** Returns the output of `--help`: the flags by section, with type, description and default. */
export function flagHelp(program: string, table: FlagTable): string {
  const sections = sectionsOf(table).flatMap((section) => {
    const flags = Object.entries(table).filter(([, flag]) => flag.section === section);
    if (flags.length === 0) return [];
    const heading = `${section.charAt(0).toUpperCase()}${section.slice(1)} flags:`;
    return [[heading, ...flags.map(([name, flag]) => entry(name, flag))].join('\n\n')];
  });
  return [`Usage:\n  ${program} [flags]`, ...sections].join('\n\n').concat('\n');
}

function entry(
  name: string,
  { kind, doc, short, implied, noEffect, ...flag }: Flag<unknown>,
): string {
  const names = [...(short === undefined ? [] : [`-${short}`]), `--${name}`].join(', ');
  const optional = implied === undefined ? '' : `[=${implied}]`;
  const value = kind === 'bool' ? '' : ` ${kind}${optional}`;
  const preset = flag.format(flag.default);
  const shown = preset === '' || preset === 'false' ? '' : ` (default ${preset})`;
  const warning = noEffect === undefined ? '' : ` Has no effect: ${noEffect}.`;
  return `  ${names}${value}\n        ${doc}${warning}${shown}`;
}
