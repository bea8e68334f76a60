import { describe, expect, it } from '@jest/globals';
import { rawVersion, reportedVersionProblem, versionLine } from './build-info.ts';

describe('the version', () => {
  it('is one line', () => {
    expect(versionLine({ program: 'ccm', version: '1.2.3' })).toBe('ccm 1.2.3\n');
  });

  it.each([
    [{ program: 'ccm', version: '1.2.3' }],
    [{ program: 'ccm', version: '1.2.3', commit: 'abc' }],
  ])('is all that is known where it is asked for so: %j', (info) => {
    expect(JSON.parse(rawVersion(info))).toEqual({
      ...info,
      nodeVersion: process.version,
      platform: `${process.platform}/${process.arch}`,
    });
  });

  it.each([
    ['v1.2.3', '1.2.3', undefined],
    ['v1.2.3-inspur.1', '1.2.3', undefined],
    ['v1.2.3+build', '1.2.3-rc.1', undefined],
    ['v9.9.9', 'dev', undefined],
    [
      'v1.2.4',
      '1.2.3',
      '--version=v1.2.4 must begin with v1.2.3, which is the version that was built',
    ],
    [
      'v1.2.30',
      '1.2.3',
      '--version=v1.2.30 must begin with v1.2.3, which is the version that was built',
    ],
  ])('may be reported as %s where %s was built: %j', (wish, built, problem) => {
    expect(reportedVersionProblem(wish, built)).toBe(problem);
  });
});
