import type { ConfigurationSchema } from './configuration-schema.ts';
import { environmentVariable } from './environment.ts';
import { sectionsOf } from './flag.ts';
import type { Flag } from './flag.ts';

/**
 * Returns all flags as Markdown tables, one for each section, with environment variable, path in the `--config`
 * file, allowed values, default and meaning.
 */
export function flagsTable(schema: ConfigurationSchema): string {
  const table = Object.entries(schema.flags);
  const sections = sectionsOf(schema.flags).map((section) => {
    const rows = table
      .filter(([, flag]) => flag.section === section)
      .map((entry) => row(schema, entry));
    return [
      `## ${section.charAt(0).toUpperCase()}${section.slice(1)}`,
      '',
      '| flag | variable | in the file of `--config` | allowed | default | meaning |',
      '| --- | --- | --- | --- | --- | --- |',
      ...rows,
      '',
    ].join('\n');
  });
  return sections.join('\n');
}

function row(
  { environmentPrefix, paths }: ConfigurationSchema,
  [name, flag]: readonly [name: string, flag: Flag<unknown>],
): string {
  const short = flag.short === undefined ? '' : `, ${code(`-${flag.short}`)}`;
  const noEffect = flag.noEffect === undefined ? '' : ` Has no effect: ${flag.noEffect}.`;
  const cells = [
    `${code(`--${name}`)}${short}`,
    code(environmentVariable(environmentPrefix, name)),
    code(paths[name]),
    plain(flag.names === undefined ? flag.allowed : 'the feature gates below'),
    code(flag.format(flag.default)),
    plain(`${flag.doc}${noEffect}`),
  ];
  return `| ${cells.join(' | ')} |`;
}

function code(text: string | undefined): string {
  return text === undefined || text === '' ? '–' : `\`${text.replaceAll('|', '\\|')}\``;
}

/** Formats words in quotation marks as code, so that Markdown does not interpret characters in them. */
function plain(text: string): string {
  return text
    .replaceAll('|', '\\|')
    .replaceAll(/"([^"]*)"/g, (quoted, word: string) => (word === '' ? quoted : `\`${word}\``));
}
