// All packages in one run: faster than one after the other, and it ends with one plain line.
import { globSync } from 'node:fs';

export default {
  projects: globSync('{packages,apps,tools,examples}/*/jest.config.mjs', {
    cwd: import.meta.dirname,
  }).map((file) => `<rootDir>/${file}`),
  reporters: ['default', import.meta.dirname + '/tools/closing-line-reporter.mjs'],
  maxWorkers: 2,
  // Of the whole run; a project's own does not count here.
  testTimeout: 60_000,
};
