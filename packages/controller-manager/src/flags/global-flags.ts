import {
  boolFlag,
  choiceFlag,
  durationFlag,
  intFlag,
  stringFlag,
  versionFlag,
} from '@k8s-ccm/component-config';
import type { Flag, FlagTable } from '@k8s-ccm/component-config';

const section = 'global';
const neverBuffered = 'the log is a single stream without a buffer';

/** The flags of the section "global" (contract.md#flags). */
export const globalFlags = {
  config: stringFlag({
    default: '',
    section,
    doc: 'Path of a CloudControllerManagerConfiguration file. Flags and environment variables take precedence over it.',
  }),
  help: boolFlag({ default: false, section, doc: 'Print this help and exit.', short: 'h' }),
  'log-flush-frequency': durationFlag({
    default: 5000,
    section,
    doc: 'Maximum interval between log flushes.',
    noEffect: neverBuffered,
  }),
  'log-json-info-buffer-size': bufferSizeFlag('json'),
  'log-json-split-stream': splitStreamFlag('json'),
  'log-text-info-buffer-size': bufferSizeFlag('text'),
  'log-text-split-stream': splitStreamFlag('text'),
  'logging-format': choiceFlag({
    default: 'text',
    words: ['text', 'json'],
    section,
    doc: 'Log format on standard error: "text" or "json".',
  }),
  v: intFlag({
    default: 0,
    min: 0,
    section,
    doc: 'Log verbosity. Level 2 adds Events, level 4 adds decisions with their reasons, and level 6 adds requests.',
    short: 'v',
  }),
  version: versionFlag({
    section,
    doc: 'Print the version and exit. With =raw, print the whole build information. With =vX.Y.Z, report this version.',
  }),
  vmodule: {
    ...stringFlag({
      default: '',
      section,
      doc: 'Log verbosity by source file, as comma-separated pattern=N pairs.',
      noEffect: 'the verbosity of all source files is that of --v',
    }),
    allowed: 'comma-separated pattern=N pairs',
    parse: (text) => (/^(?:[^=,]+=\d+(?:,[^=,]+=\d+)*)?$/.test(text) ? text : undefined),
  },
} as const satisfies FlagTable;

function splitStreamFlag(format: string): Flag<boolean> {
  return boolFlag({
    default: false,
    section,
    doc: `With the ${format} format, write errors to standard error and other messages to standard output.`,
    noEffect: neverBuffered,
  });
}

function bufferSizeFlag(format: string): Flag<string> {
  return {
    ...stringFlag({
      default: '0',
      section,
      doc: `With the ${format} format and split streams, size of the buffer for info messages in bytes.`,
      noEffect: neverBuffered,
    }),
    allowed: 'a quantity of bytes, such as 512, 4K or 64Ki',
    parse: (text) => (/^\d+(?:\.\d+)?(?:[kKMGTPE]i?|m)?$/.test(text) ? text : undefined),
  };
}
