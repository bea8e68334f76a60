import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';

import { describe, expect, it } from '@jest/globals';

import { CaFileError, readCaFile } from './ca-file.ts';

const [one = '', two = ''] = rootCertificates;
const damaged = two.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA');

function read(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'ca-file-'));
  try {
    const path = join(folder, 'ca.pem');
    writeFileSync(path, text);
    return readCaFile(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('readCaFile', () => {
  it('gives the text of a file with one or more certificates', () => {
    expect(read(one)).toBe(one);
    const bundle = `# ours\n${one}\n\n${two}\n`;
    expect(read(bundle)).toBe(bundle);
  });

  it.each([
    ['nothing', '', /caFile ".*ca\.pem" holds no certificate in PEM form/],
    ['something else', 'hello', /holds no certificate/],
    ['half a certificate', one.slice(0, 200), /certificate number 1 \(line 1\) has no end/],
    [
      'a damaged second certificate',
      `${one}\n${damaged}`,
      /certificate number 2 \(line \d+\) cannot be read/,
    ],
  ])('refuses a file that holds %s', (_, text, message) => {
    expect(() => read(text)).toThrow(CaFileError);
    expect(() => read(text)).toThrow(message);
  });

  it('refuses a file that is not there', () => {
    expect(() => readCaFile('/no/such/ca.pem')).toThrow(/cannot be read: ENOENT/);
  });
});
