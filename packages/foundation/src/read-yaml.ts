import type { Document, ErrorCode, YAMLError } from 'yaml';
import { decodeText } from './decode-text.ts';
import type { FileProblem } from './file-problem.ts';
import type { YamlNode } from './yaml-node.ts';
import { YamlComposer, type YamlLibrary } from './yaml-composer.ts';

/** Options of {@link readYaml}. */
export interface ReadYamlOptions {
  /**
   * Reads on where kubectl's decoder does: the last value of a key that is set twice counts, and only the first
   * document; each gives a warning. Default: both are problems.
   */
  readonly lenient?: boolean;
}

/** What a YAML text says. */
export interface YamlText {
  /** Absent if the text holds nothing, or has problems. */
  readonly root: YamlNode | undefined;
  /** Why the text cannot be used. Nothing of what is in it is shown but keys: it may hold secrets. */
  readonly problems: readonly FileProblem[];
  /** What is odd and does not keep it from being used. Empty unless `lenient`. */
  readonly warnings: readonly FileProblem[];
}

/**
 * Reads YAML or JSON as kubectl does: with merge keys (`<<`), anchors, flow style, a byte order mark, the words
 * and numbers of YAML 1.1, and empty documents before and after the one that counts.
 */
export async function readYaml(
  input: string | Uint8Array,
  { lenient = false }: ReadYamlOptions = {},
): Promise<YamlText> {
  const decoded = typeof input === 'string' ? { text: input } : decodeText(input);
  if (decoded.text === undefined) {
    return refused([
      { line: decoded.line, path: '', found: 'bytes that are no text', allowed: 'UTF-8' },
    ]);
  }
  // Loaded only here: whoever needs no YAML does not pay for it.
  return readDocuments(await import('yaml'), decoded.text, lenient);
}

function readDocuments(yaml: YamlLibrary, text: string, lenient: boolean): YamlText {
  const controls = controlProblem(text);
  if (controls !== undefined) return refused([controls]);
  const lines = new yaml.LineCounter();
  const lineOf = (offset: number): number => lines.linePos(offset).line || 1;
  const documents = yaml
    .parseAllDocuments(text, {
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'silent',
      // What a scalar means, which key counts and what is merged follows kubectl, not the library.
      schema: 'failsafe',
      resolveKnownTags: false,
      uniqueKeys: false,
      strict: false,
    })
    .filter((document) => document.errors.length > 0 || !isEmpty(yaml, document));
  const [first, second] = documents;
  if (first === undefined) return { root: undefined, problems: [], warnings: [] };
  // What follows the first error mostly follows from it.
  const [error] = first.errors;
  if (error !== undefined) return refused([syntaxProblem(error, lineOf)]);
  const composer = new YamlComposer(yaml, lineOf);
  const root = composer.compose(first.contents);
  const oddities = [...composer.repeated];
  if (second !== undefined) {
    const line = lineOf(second.range[0]);
    oddities.push({ line, path: '', found: 'a second document', allowed: 'one document' });
  }
  const problems = lenient ? composer.problems : [...composer.problems, ...oddities];
  return problems.length > 0
    ? refused(problems)
    : { root, problems: [], warnings: lenient ? oddities : [] };
}

function refused(problems: readonly FileProblem[]): YamlText {
  return { root: undefined, problems, warnings: [] };
}

function isEmpty(yaml: YamlLibrary, { contents }: Document.Parsed): boolean {
  if (contents === null) return true;
  return yaml.isScalar(contents) && contents.value === '' && contents.type === 'PLAIN';
}

/** YAML allows no control characters but tabs and line breaks, not even in quotes. */
function controlProblem(text: string): FileProblem | undefined {
  // oxlint-disable-next-line no-control-regex
  const found = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/.exec(text);
  if (found === null) return undefined;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return {
    line: text.slice(0, found.index).split(/\r\n|\r|\n/).length,
    path: '',
    found: `the control character U+${code}`,
    allowed: 'text without control characters',
  };
}

// The library's own texts quote the file, and the file may hold secrets.
const syntaxTexts: Partial<Record<ErrorCode, string>> = {
  BAD_ALIAS: 'an alias of an anchor that is not set before it',
  BAD_DQ_ESCAPE: 'an escape sequence that does not exist',
  BAD_INDENT: 'a line that is not indented like its neighbors',
  BAD_SCALAR_START: 'a text that starts with a character that needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a key after a value on the same line',
  BLOCK_IN_FLOW: 'a block inside of brackets',
  MISSING_CHAR: 'a missing character, such as a closing quote or a colon with a space',
  MULTILINE_IMPLICIT_KEY: 'a line without a colon and a space',
  TAB_AS_INDENT: 'a tab as indentation',
};

function syntaxProblem(
  { pos, code, message }: YAMLError,
  lineOf: (offset: number) => number,
): FileProblem {
  const found = / end with a [\]}]/.test(message)
    ? 'a bracket that is not closed, or lines inside of it without indentation'
    : (syntaxTexts[code] ?? `bad syntax (${code})`);
  return { line: lineOf(pos[0]), path: '', found, allowed: 'YAML or JSON' };
}
