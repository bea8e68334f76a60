import type { JsonSchema } from './described-codec.ts';
import type { OptionDefinitions } from './option-registry.ts';

/** The options as a Markdown table, for the reference page. */
export function optionsTable(definitions: OptionDefinitions): string {
  const rows = Object.values(definitions).map(
    ({ key, olderKeys = [], codec, default: byDefault, doc, since }) => {
      const older = olderKeys.map((name) => `\`${name}\``).join(', ');
      const text = older === '' ? doc : `${doc} Older key: ${older}.`;
      return `| \`${key}\` | ${cell(text)} | ${cell(codec.name)} | ${shown(byDefault)} | ${since} |`;
    },
  );
  return [
    '| annotation | meaning | allowed | default | since |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** A JSON schema of an object's annotations; annotations of others are allowed beside ours. */
export function optionsJsonSchema(definitions: OptionDefinitions): JsonSchema {
  const properties = Object.values(definitions).flatMap(
    ({ key, olderKeys = [], codec, doc }): (readonly [string, JsonSchema])[] => [
      [key, { ...codec.schema, description: doc }],
      ...olderKeys.map(
        (name) =>
          [
            name,
            { ...codec.schema, description: `Older key of ${key}.`, deprecated: true },
          ] as const,
      ),
    ],
  );
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: Object.fromEntries(properties),
    additionalProperties: { type: 'string' },
  };
}

/** Escapes what would break out of a table's cell. */
export function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function shown(value: unknown): string {
  if (value === '' || value === undefined) return '–';
  return `\`${cell(typeof value === 'string' ? value : JSON.stringify(value))}\``;
}
