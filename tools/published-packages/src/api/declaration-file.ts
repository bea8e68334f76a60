/** A top-level declaration of a declaration file. */
export interface Declaration {
  readonly name: string;
  /** The text without comments. */
  readonly text: string;
}

/** A name that a declaration file takes from another module, or passes on from it. */
export interface Link {
  /** The name in this module. */
  readonly name: string;
  /** The name in the other module. */
  readonly original: string;
  /** The other module, as written. */
  readonly from: string;
}

/** What a declaration file holds at its top level. */
export interface DeclarationFile {
  readonly declarations: readonly Declaration[];
  readonly imports: readonly Link[];
  readonly reexports: readonly Link[];
}

const blockHead = /^(?:export )?(?:declare )?(?:abstract )?(?:class|interface|namespace|enum)\b/;
const link = /^(?<kind>import|export) (?:type )?(?<clause>[^;]*?) from '(?<from>[^']+)';$/s;
const declared =
  /^(?:export )?(?:default )?(?:declare )?(?:abstract )?(?:class|interface|function|const|let|type|namespace|enum) (?<name>[\w$]+)/;

/** Reads a declaration file as the compiler writes it. @throws Error for a statement that is not known */
export function readDeclarationFile(text: string): DeclarationFile {
  const declarations: Declaration[] = [];
  const imports: Link[] = [];
  const reexports: Link[] = [];
  for (const statement of statements(withoutComments(text))) {
    if (/^(?:export \{\s*\};|import '[^']+';)$/.test(statement)) continue;
    const { kind, clause, from } = link.exec(statement)?.groups ?? {};
    if (clause !== undefined && clause !== '*' && from !== undefined) {
      (kind === 'import' ? imports : reexports).push(...links(clause, from));
      continue;
    }
    const name = declared.exec(statement)?.groups?.['name'];
    if (name === undefined) throw new Error(`cannot read the declaration "${statement}"`);
    declarations.push({ name, text: statement });
  }
  return { declarations, imports, reexports };
}

function links(clause: string, from: string): readonly Link[] {
  const namespace = /^\* as (?<name>[\w$]+)$/.exec(clause)?.groups?.['name'];
  if (namespace !== undefined) return [{ name: namespace, original: '*', from }];
  const names = /^\{(?<names>.*)\}$/s.exec(clause)?.groups?.['names'];
  if (names === undefined) return [{ name: clause, original: 'default', from }];
  return names
    .split(',')
    .map((part) => part.trim().replace(/^type /, ''))
    .filter((part) => part !== '')
    .map((part) => {
      const [original = '', name = original] = part.split(' as ');
      return { name, original, from };
    });
}

/** The text without comments and without the mark of private fields, and without the lines that are empty then. */
function withoutComments(text: string): string {
  return text
    .replaceAll(
      /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\*[^]*?\*\/|\/\/.*/g,
      (found) => (found.startsWith('/') ? '' : found),
    )
    .replaceAll(/^\s*#private;$/gm, '')
    .replaceAll(/^\s*\n/gm, '')
    .replaceAll(/[ \t]+$/gm, '');
}

function statements(text: string): readonly string[] {
  const found: string[] = [];
  let start = 0;
  let depth = 0;
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quote !== '') {
      if (char === '\\') at += 1;
      else if (char === quote) quote = '';
    } else if (`'"\``.includes(char)) quote = char;
    else if ('([{'.includes(char)) depth += 1;
    else if (')]}'.includes(char)) depth -= 1;
    if (depth > 0 || quote !== '') continue;
    const statement = text.slice(start, at + 1).trim();
    if (char === ';' || (char === '}' && blockHead.test(statement))) {
      found.push(statement);
      start = at + 1;
    }
  }
  const rest = text.slice(start).trim();
  if (rest !== '') throw new Error(`a declaration does not end: "${rest}"`);
  return found.filter((statement) => statement !== ';');
}
