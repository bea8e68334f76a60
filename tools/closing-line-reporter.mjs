// Jest reporter: ends a run with one plain line that any machine can read, and leaves its numbers in a file
// from which `npm test` adds up the runs of all packages.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closingLine, summaryFile } from './closing-line.mjs';

export default class ClosingLineReporter {
  #rootDir;

  constructor({ rootDir }) {
    this.#rootDir = rootDir;
  }

  onRunComplete(_contexts, results) {
    const failedFiles = results.testResults.filter((file) => file.testExecError).length;
    const counts = {
      passed: results.numPassedTests,
      failed: results.numFailedTests + failedFiles,
    };
    const file = join(this.#rootDir, summaryFile);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, JSON.stringify(counts));
    process.stdout.write(`\n${closingLine(counts)}\n`);
  }
}
