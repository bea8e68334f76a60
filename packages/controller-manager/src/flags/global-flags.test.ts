import { describe, expect, it } from '@jest/globals';
import { LogVerbosity } from '@k8s-ccm/foundation';
import { globalFlags } from './global-flags.ts';

describe('-v', () => {
  it.each(Object.entries(LogVerbosity))('documents the level that adds %s', (_, level) => {
    expect(globalFlags.v.doc).toMatch(new RegExp(`level ${level} adds`, 'i'));
  });
});

describe('flags of the log that have no effect', () => {
  it.each(['', 'main=2', 'service*=4,node=0'])('take %j as --vmodule', (text) => {
    expect(globalFlags.vmodule.parse(text)).toBe(text);
  });

  it.each(['main', 'main=', '=2', 'main=x', 'a=1,'])('refuse %j as --vmodule', (text) => {
    expect(globalFlags.vmodule.parse(text)).toBeUndefined();
  });

  it.each(['0', '512', '4K', '64Ki', '1.5M'])('take %j as the size of a buffer', (text) => {
    expect(globalFlags['log-json-info-buffer-size'].parse(text)).toBe(text);
  });

  it.each(['', '-1', '4KB', 'much'])('refuse %j as the size of a buffer', (text) => {
    expect(globalFlags['log-json-info-buffer-size'].parse(text)).toBeUndefined();
  });

  it.each(['0s', '-1s', '5'])('refuse %j as --log-flush-frequency', (text) => {
    expect(globalFlags['log-flush-frequency'].parse(text)).toBeUndefined();
  });
});
