import { isIP } from 'node:net';

/** One text for all ways to write a block of addresses; what is none comes back as it is. */
export function canonicalCidr(text: string): string {
  const [address = '', bits = '', ...more] = text.trim().split('/');
  if (more.length > 0 || !/^\d{1,3}$/.test(bits) || isIP(address) === 0) return text;
  const canonical =
    isIP(address) === 4 || !URL.canParse(`http://[${address}]/`)
      ? address
      : new URL(`http://[${address}]/`).hostname.slice(1, -1);
  return `${canonical}/${Number(bits)}`;
}
