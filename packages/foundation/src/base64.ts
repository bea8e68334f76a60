/**
 * The bytes of a text in base64 as Go's standard encoding reads it: with padding, and with line breaks anywhere.
 * `undefined` if it is something else, such as the alphabet for URLs.
 */
export function decodeBase64(text: string): Buffer | undefined {
  const digits = text.replaceAll(/[\r\n]/g, '');
  const isBase64 =
    digits.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(digits) && !digits.startsWith('=');
  return isBase64 ? Buffer.from(digits, 'base64') : undefined;
}
