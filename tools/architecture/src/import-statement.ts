/** One import or re-export of a source file. */
export interface ImportStatement {
  /** The module's specifier as written. */
  readonly specifier: string;
  /** True where only types are taken, so that nothing is loaded at run time. */
  readonly typeOnly: boolean;
}

const statement =
  /^[ \t]*(?:import|export)\s+(?<type>type\s+)?(?:(?<clause>[^'";]*?)\s+from\s+)?['"](?<specifier>[^'"]+)['"]/gm;
const dynamic = /\bimport\(\s*['"](?<specifier>[^'"]+)['"]\s*\)/g;

/** The imports of a TypeScript source, static and dynamic, in the order of the text. */
export function importStatements(source: string): readonly ImportStatement[] {
  const found: ImportStatement[] = [];
  for (const { groups } of source.matchAll(statement)) {
    found.push({
      specifier: groups?.['specifier'] ?? '',
      typeOnly: groups?.['type'] !== undefined || onlyInlineTypes(groups?.['clause']),
    });
  }
  for (const { groups } of source.matchAll(dynamic)) {
    found.push({ specifier: groups?.['specifier'] ?? '', typeOnly: false });
  }
  return found;
}

function onlyInlineTypes(clause: string | undefined): boolean {
  const names = /^\{(?<names>[^}]*)\}$/s.exec(clause?.trim() ?? '')?.groups?.['names'];
  if (names === undefined) return false;
  return names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .every((name) => name.startsWith('type '));
}
