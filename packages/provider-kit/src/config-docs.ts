import type { ConfigFields, ConfigSection } from './config-section.ts';
import { isConfigSection } from './config-section.ts';
import type { JsonSchema } from './described-codec.ts';
import { cell } from './option-docs.ts';

/** Every key of a configuration file as a Markdown table, for the reference page. */
export function configTable(section: ConfigSection<ConfigFields>): string {
  return [
    '| key | meaning | allowed | default |',
    '| --- | --- | --- | --- |',
    ...rows(section, ''),
    '',
  ].join('\n');
}

/** The JSON schema of a configuration file, for editors and admission checks. */
export function configJsonSchema(section: ConfigSection<ConfigFields>): JsonSchema {
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...section.schema };
}

function rows(section: ConfigSection<ConfigFields>, prefix: string): string[] {
  return Object.entries(section.fields).flatMap(([key, { codec, doc, presence, absent }]) => {
    const path = `${prefix}${key}`;
    if (isConfigSection(codec)) {
      const choice = codec.exactlyOneOf.map((name) => `\`${name}\``).join(', ');
      const allowed = choice === '' ? 'section' : `section with exactly one of ${choice}`;
      return [
        `| \`${path}\` | ${cell(doc)} | ${allowed} | ${presence === 'required' ? 'required' : '–'} |`,
        ...rows(codec, `${path}.`),
      ];
    }
    const byDefault =
      presence === 'required' ? 'required' : absent === undefined ? '–' : `\`${shown(absent)}\``;
    return [`| \`${path}\` | ${cell(doc)} | ${cell(codec.name)} | ${byDefault} |`];
  });
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
