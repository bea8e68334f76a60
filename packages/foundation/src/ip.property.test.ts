import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { isIP } from 'node:net';
import { formatIp, parseIp } from './ip.ts';
import { runs } from './testing/runs.ts';

const withoutZone = fc.oneof(fc.ipV4(), fc.ipV6());

describe('parseIp and formatIp', () => {
  it('come back to the same address', () => {
    fc.assert(
      fc.property(withoutZone, (text) => {
        const ip = parseIp(text);
        expect(ip).not.toBeUndefined();
        expect(ip && parseIp(formatIp(ip))).toEqual(ip);
      }),
    );
  });

  it('print what the URL standard prints, for IPv6', () => {
    const native = fc.ipV6().filter((text) => !/^(0*:)*0*:?:ffff:/i.test(text));
    fc.assert(
      fc.property(native, (text) => {
        const ip = parseIp(text);
        fc.pre(ip?.family === 6);
        expect(ip && `[${formatIp(ip)}]`).toBe(new URL(`http://[${text}]`).hostname);
      }),
    );
  });

  it('accept what node:net accepts, but for zones', () => {
    const nearly = fc
      .array(fc.constantFrom('0', '1', '9', 'f', '.', ':', '::', '255', '256', 'ffff'), {
        maxLength: 16,
      })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(nearly, (text) => {
        const withoutLeadingZeros = text.replaceAll(/(?<![0-9a-f])0+(?=[0-9a-f])/gi, '');
        expect(parseIp(text) !== undefined).toBe(isIP(withoutLeadingZeros) !== 0);
      }),
      { numRuns: runs(2000) },
    );
  });
});
