const redacted = '[redacted]';

/** A shorter secret stays: to cut it out would garble the text and hide nothing. */
const shortestSecret = 4;

/** So many characters of a secret's beginning are cut out even if the rest is missing, because somebody cut the text before. */
const shortestBeginning = 16;

/** A match takes a run of backslashes or spaces whole. To start inside of one would take quadratic time. */
const runStart = String.raw`(?<!\\(?=\\))(?<!\s(?=\s))`;

/**
 * The text without these secrets, for text that somebody else wrote and that may repeat what we sent. Finds a secret
 * also as part of a URL, of a form, of JSON (also of JSON in JSON) and of HTML, and the beginning of a longer secret.
 * Redact before you cut: the short rest of a secret is not found.
 */
export function redactText(text: string, secrets: readonly string[]): string {
  // Longest first, so that one that holds another is not left in pieces.
  const all = [...new Set(secrets)]
    .filter(({ length }) => length >= shortestSecret)
    .toSorted((one, other) => other.length - one.length);
  return all.reduce(withoutSecret, text);
}

function withoutSecret(text: string, secret: string): string {
  const patterns = patternsOf(secret);
  const whole = text.replaceAll(new RegExp(`${runStart}${patterns.join('')}`, 'g'), redacted);
  return patterns.length > shortestBeginning ? withoutBeginnings(whole, patterns) : whole;
}

/** The text without what starts like the secret, to where it differs. */
function withoutBeginnings(text: string, patterns: readonly string[]): string {
  const start = new RegExp(`${runStart}${patterns.slice(0, shortestBeginning).join('')}`, 'g');
  const rest = patterns.slice(shortestBeginning).map((pattern) => new RegExp(pattern, 'y'));
  let result = '';
  let end = 0;
  for (let found = start.exec(text); found !== null; found = start.exec(text)) {
    result += `${text.slice(end, found.index)}${redacted}`;
    end = start.lastIndex;
    for (const pattern of rest) {
      pattern.lastIndex = end;
      if (!pattern.test(text)) break;
      end = pattern.lastIndex;
    }
    start.lastIndex = end;
  }
  return result + text.slice(end);
}

/** One pattern for each character, or for a run of backslashes or spaces, whose number differs between the forms. */
function patternsOf(secret: string): readonly string[] {
  const runs = secret.match(/\\+|\s+|[^\\\s]/gu) ?? [];
  return runs.map((run) => {
    if (/^[a-z\d]$/i.test(run)) return run;
    if (run.trim() === '') return String.raw`(?:\s|\+|\\+[nrt]|%(?:25)*(?:20|0[9adAD]))+`;
    const literal = run.replaceAll(/[$()*+./?[\\\]^{|}]/g, String.raw`\$&`);
    const escaped = run.startsWith('\\')
      ? String.raw`\\{${run.length},}`
      : String.raw`\\*${literal}`;
    return `(?:${[percentEncoded(run), unicodeEscaped(run), inHtml(run), escaped].join('|')})`;
  });
}

/** As in a URL, also if the URL is encoded again. */
function percentEncoded(run: string): string {
  return [...Buffer.from(run)].map((byte) => `%(?:25)*${hex(byte, 2)}`).join('');
}

/** As in JSON, also if the JSON is encoded again. */
function unicodeEscaped(run: string): string {
  const units = Array.from({ length: run.length }, (_, index) => run.charCodeAt(index));
  return units.map((unit) => String.raw`\\+u${hex(unit, 4)}`).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
};

/** As in HTML, also if the HTML is encoded again. */
function inHtml(run: string): string {
  const points = Array.from(run, (character) => {
    const point = character.codePointAt(0) ?? 0;
    const names = [entities[character] ?? [], `#0*${point}`, `#[xX]0*${hex(point, 1)}`].flat();
    return `&(?:amp;)*(?:${names.join('|')});`;
  });
  return points.join('');
}

/** A number in hexadecimal digits, large or small. */
function hex(value: number, digits: number): string {
  const text = value.toString(16).padStart(digits, '0');
  return text.replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}
