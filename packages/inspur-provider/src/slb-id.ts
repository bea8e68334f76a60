import { describedCodec, optionText } from '@k8s-ccm/provider-kit';
import type { DescribedCodec } from '@k8s-ccm/provider-kit';

const idPattern = /^(?!\.+$)[A-Za-z0-9._-]{0,128}$/;

/**
 * Codec of an annotation that names an existing SLB; empty text names none.
 *
 * An id that consists of dots only is refused: in a URL it is a step to another path.
 */
export const optionSlbId: DescribedCodec<string> = optionText({
  pattern: idPattern,
  allowed: 'the id of an existing SLB: letters, digits, ".", "_" and "-", not dots alone',
});

/** Codec of an annotation that names several existing SLBs, separated by commas. */
export const optionSlbIds: DescribedCodec<readonly string[]> = describedCodec({
  allowed: 'ids of SLBs, separated by commas',
  schema: { type: 'string', pattern: '^[A-Za-z0-9._, -]*$' },
  read: (value) => {
    if (typeof value !== 'string') return undefined;
    const ids = value.split(',').map((id) => id.trim());
    const named = ids.filter((id) => id !== '');
    return named.every((id) => idPattern.test(id)) ? named : undefined;
  },
});

/** Codec of a configuration value that describes ids of SLBs, read by {@link isSlbAllowed}. */
export const configSlbIdPattern: DescribedCodec<string> = slbIdPatternCodec(
  /^(?!\.+$)[A-Za-z0-9._*-]{1,128}$/,
);

/**
 * Tells whether Services may name the SLB with this id.
 *
 * @param patterns ids in which each `*` stands for any characters, including none; a pattern
 *   describes the whole id. `undefined` allows every id, an empty list allows none.
 */
export function isSlbAllowed(patterns: readonly string[] | undefined, slbId: string): boolean {
  return patterns === undefined || patterns.some((pattern) => matches(pattern, slbId));
}

/** Places each piece between two `*` as far left as possible, which never needs to be revised. */
function matches(pattern: string, slbId: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return slbId === pattern;
  if (!slbId.startsWith(first)) return false;
  let end = first.length;
  for (const piece of rest) {
    const start = slbId.indexOf(piece, end);
    if (start === -1) return false;
    end = start + piece.length;
  }
  return slbId.length - last.length >= end && slbId.endsWith(last);
}

function slbIdPatternCodec(pattern: RegExp): DescribedCodec<string> {
  return describedCodec({
    allowed: 'the id of an SLB, in which "*" stands for any characters',
    schema: { type: 'string', pattern: pattern.source },
    read: (value) => {
      const text = typeof value === 'string' ? value.trim() : '';
      return pattern.test(text) ? text : undefined;
    },
  });
}
