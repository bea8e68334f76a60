/**
 * The reasons of Events that a source declares or uses: the keys of its constants `…Event`, `…EventReason` and
 * `ReportReason`, and texts that follow a type of Event, as in `{ type: 'Warning', reason: 'NodeSkipped' }`.
 */
export function eventReasons(source: string): readonly string[] {
  const constants = [
    ...source.matchAll(
      /^export const \w*(?:Event|EventReason|ReportReason) = \{\n(?<entries>.*?)\n\} as const/gms,
    ),
  ];
  const declared = constants.flatMap(({ groups }) =>
    [...(groups?.['entries'] ?? '').matchAll(/^ {2}(?<key>\w+):/gm)].map(
      (entry) => entry.groups?.['key'],
    ),
  );
  const used = [
    ...source.matchAll(
      /'(?:Normal|Warning)',\s*(?:reason: )?'(?<reason>[A-Z]\w+)'|\bwarning\(\s*'(?<short>[A-Z]\w+)'/g,
    ),
  ].map(({ groups }) => groups?.['reason'] ?? groups?.['short']);
  return [...declared, ...used].filter((reason) => reason !== undefined);
}
