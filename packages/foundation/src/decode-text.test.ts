import { describe, expect, it } from '@jest/globals';
import { decodeText } from './decode-text.ts';

const text = 'naïve\n文字\n';

describe('decodeText', () => {
  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16 as Windows writes it', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16 in the order of the network', Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
  ])('reads %s', (_, bytes) => {
    expect(decodeText(bytes)).toEqual({ text });
  });

  it('names the line of bytes that are no text', () => {
    const bytes = Buffer.from('one\ntwo\nna\u00efve\nfour\n', 'latin1');
    expect(decodeText(bytes)).toEqual({ text: undefined, line: 3 });
  });

  it('names the last line if the text breaks off inside of a character', () => {
    const bytes = Buffer.from('one\n文');
    expect(decodeText(bytes.subarray(0, bytes.length - 1))).toEqual({ text: undefined, line: 2 });
  });
});
