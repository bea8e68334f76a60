// The few forms of ASN.1's distinguished encoding (X.690) that a certificate is made of.

/** A sequence of what is encoded already. */
export function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

/** A set of what is encoded already. */
export function set(...parts: readonly Buffer[]): Buffer {
  return der(0x31, ...parts);
}

/** Text in UTF-8. */
export function utf8(text: string): Buffer {
  return der(0x0c, Buffer.from(text));
}

/** Bytes as they are. */
export function octets(...parts: readonly Buffer[]): Buffer {
  return der(0x04, ...parts);
}

/** Whole bytes of bits. */
export function bits(bytes: Buffer): Buffer {
  return der(0x03, Buffer.from([0]), bytes);
}

/** A positive number of the given random bytes: first bits 01, so that no zero octet leads, which DER forbids. */
export function positive(bytes: Buffer): Buffer {
  const [first = 0] = bytes;
  return der(0x02, Buffer.from([(first & 0x3f) | 0x40]), bytes.subarray(1));
}

/** UTCTime, `YYMMDDhhmmssZ`, which RFC 5280 wants up to the year 2049; GeneralizedTime after it. */
export function time(ms: number): Buffer {
  const digits = `${new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+Z$/g, '')}Z`;
  return digits < '2050' ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits));
}

/** Tag, length, content. */
export function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content), content]);
}

function lengthOf({ length }: Buffer): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff];
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}
