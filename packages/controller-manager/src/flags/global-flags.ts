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
const neverBuffered = 'the log is one stream, and is not buffered';

/** The flags of the section "global" (contract.md#flags). */
export const globalFlags = {
  config: stringFlag({
    default: '',
    section,
    doc: 'Path of a CloudControllerManagerConfiguration. What is given as a flag or in the environment goes before it.',
  }),
  help: boolFlag({ default: false, section, doc: 'Print this and exit.', short: 'h' }),
  'log-flush-frequency': durationFlag({
    default: 5000,
    section,
    doc: 'Longest time between two writes of the log.',
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
    doc: 'Format of the log on standard error: "text" or "json".',
  }),
  v: intFlag({
    default: 0,
    min: 0,
    section,
    doc: 'Verbosity of the log: from 2 on, with each event; from 4 on, with decisions and their reasons; from 6 on, with each request.',
    short: 'v',
  }),
  version: versionFlag({
    section,
    doc: 'Print the version and exit; with =raw, print all about it; with =vX.Y.Z, report this version.',
  }),
  vmodule: {
    ...stringFlag({
      default: '',
      section,
      doc: 'Verbosity by source file, as pattern=N between commas.',
      noEffect: 'the log has one verbosity, that of --v',
    }),
    allowed: 'pattern=N between commas',
    parse: (text) => (/^(?:[^=,]+=\d+(?:,[^=,]+=\d+)*)?$/.test(text) ? text : undefined),
  },
} as const satisfies FlagTable;

function splitStreamFlag(format: string): Flag<boolean> {
  return boolFlag({
    default: false,
    section,
    doc: `In the format ${format}, write errors to standard error and the rest to standard output.`,
    noEffect: neverBuffered,
  });
}

function bufferSizeFlag(format: string): Flag<string> {
  return {
    ...stringFlag({
      default: '0',
      section,
      doc: `In the format ${format} with split streams, bytes of the log that may wait.`,
      noEffect: neverBuffered,
    }),
    allowed: 'a quantity of bytes, such as 512, 4K or 64Ki',
    parse: (text) => (/^\d+(?:\.\d+)?(?:[kKMGTPE]i?|m)?$/.test(text) ? text : undefined),
  };
}
