import { decodeBase64 } from './base64.ts';

/** A scalar as it is written. */
export interface WrittenScalar {
  readonly text: string;
  /** False if it stands in quotes or in a block (`|`, `>`). */
  readonly isPlain: boolean;
  /** With `tag:yaml.org,2002:` in front for the tags that YAML defines; absent if it has none. */
  readonly tag?: string | undefined;
}

/** What a scalar means. */
export interface ScalarValue {
  readonly value: string | number | boolean | null;
}

const spellings: readonly (readonly [boolean | number | null, string])[] = [
  [true, 'y Y yes Yes YES true True TRUE on On ON'],
  [false, 'n N no No NO false False FALSE off Off OFF'],
  [null, '~ null Null NULL'],
  [Number.NaN, '.nan .NaN .NAN'],
  [Number.POSITIVE_INFINITY, '.inf .Inf .INF +.inf +.Inf +.INF'],
  [Number.NEGATIVE_INFINITY, '-.inf -.Inf -.INF'],
];

const words: ReadonlyMap<string, boolean | number | null> = new Map([
  ['', null],
  ...spellings.flatMap(([value, texts]) => texts.split(' ').map((text) => [text, value] as const)),
]);

/**
 * Gives the meaning of a scalar as kubectl's decoder (go-yaml v2) sees it, which is YAML 1.1 with exceptions:
 * `yes`, `on` and `y` are true, `0o17` and `017` are 15, and `12:30` and a date are text. `undefined` if the
 * text does not fit its tag.
 */
export function scalarValue({ text, isPlain, tag }: WrittenScalar): ScalarValue | undefined {
  if (tag === undefined) return { value: isPlain ? plainValue(text) : text };
  const name = /^tag:yaml\.org,2002:(.*)$/.exec(tag)?.[1] ?? '';
  switch (name) {
    case 'null':
      return plainValue(text) === null ? { value: null } : undefined;
    case 'bool':
      return ofType('boolean', text);
    case 'int': {
      const value = plainValue(text);
      return Number.isInteger(value) && !isFloatText(text) ? ofType('number', text) : undefined;
    }
    case 'float':
      return ofType('number', text);
    case 'binary': {
      const bytes = decodeBase64(text);
      return bytes && { value: bytes.toString('utf8') };
    }
    // `!!str`, `!!timestamp`, and the tags that only their author knows.
    default:
      return { value: text };
  }
}

function ofType(type: 'boolean' | 'number', text: string): ScalarValue | undefined {
  const value = plainValue(text);
  return typeof value === type ? { value } : undefined;
}

function plainValue(text: string): string | number | boolean | null {
  const word = words.get(text);
  if (word !== undefined) return word;
  return numberOf(text) ?? text;
}

function isFloatText(text: string): boolean {
  return text.startsWith('.') || (!/^[-+]?0[xX]/.test(text) && /[.eE]/.test(text));
}

/** The number that Go's `strconv` reads; `undefined` for a text. */
function numberOf(text: string): number | undefined {
  if (/^\.\d+([eE][-+]?\d+)?$/.test(text)) return finite(Number(text));
  if (!/^[-+\d]/.test(text)) return undefined;
  const plain = text.replaceAll('_', '');
  const [, sign = '', digits = ''] = /^([-+]?)(.*)$/s.exec(plain) ?? [];
  const integer = integerOf(digits);
  if (integer !== undefined) return sign === '-' ? -integer : integer;
  const isFloat = /^(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(digits);
  return isFloat ? finite(Number(plain)) : undefined;
}

function integerOf(digits: string): number | undefined {
  if (/^(0|[1-9]\d*)$/.test(digits)) return Number(digits);
  if (/^0[xX][\da-fA-F]+$/.test(digits)) return Number(digits);
  if (/^0[bB][01]+$/.test(digits)) return Number(digits);
  const octal = /^0[oO]?([0-7]+)$/.exec(digits)?.[1];
  return octal === undefined ? undefined : Number(`0o${octal}`);
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
