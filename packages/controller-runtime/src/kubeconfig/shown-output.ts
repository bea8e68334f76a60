import { stripVTControlCharacters } from 'node:util';
import { redactText } from '@k8s-ccm/foundation';

const redacted = '[redacted]';
/** Maximum length of the shown error output, in characters. */
const maxShown = 500;

const secretName = String.raw`[\w.-]*(?:token|secret|passw(?:or)?d|passphrase|credential|api[-_]?key|access[-_]?key|private[-_]?key)[\w.-]*`;
const patterns: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, redacted],
  [/\beyJ[\w-]{5,}(?:\.[\w-]*)*/g, redacted],
  [/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${redacted}`],
  [/(:\/\/)[^\s/@]+@/g, `$1${redacted}@`],
  [
    new RegExp(String.raw`(${secretName}["']?\s*[:=]\s*)("[^"]*"?|'[^']*'?|[^\s"',;&]+)`, 'gi'),
    `$1${redacted}`,
  ],
];

/**
 * Returns the end of a program's error output, in one line, shortened, and without anything that looks like a secret.
 * @param secrets texts that must never be shown
 */
export function shownOutput(text: string, secrets: readonly string[]): string {
  let safe = redactText(stripVTControlCharacters(text), secrets);
  for (const [pattern, replacement] of patterns) safe = safe.replaceAll(pattern, replacement);
  // Control characters would break the line, or color the rest of the log.
  // oxlint-disable-next-line no-control-regex
  const line = safe.replaceAll(/[\s\0-\x1f\x7f-\x9f]+/g, ' ').trim();
  return line.length > maxShown ? `…${line.slice(-maxShown)}` : line;
}

const secretWord = /token|secret|passw|credential|key/i;

/**
 * Returns the values of environment variables and arguments whose names mark them as secrets and that are long enough
 * to be secrets.
 */
export function secretValues(
  env: Readonly<Record<string, string | undefined>>,
  args: readonly string[],
): readonly string[] {
  const named = Object.entries(env).filter(([name]) => secretWord.test(name));
  const given = args.map((arg, i) => {
    const [flag = '', value] = arg.split(/=(.*)/s);
    return flag.startsWith('-') && secretWord.test(flag) ? (value ?? args[i + 1]) : undefined;
  });
  return [...named.map(([, value]) => value), ...given]
    .filter((value) => value !== undefined)
    .filter((value) => value.length >= 6);
}
