// Jest reporter: ends a run with one plain line that any machine can read.
export default class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const failedFiles = results.testResults.filter((file) => file.testExecError).length;
    const failed = results.numFailedTests + failedFiles;
    process.stdout.write(`\n${results.numPassedTests} passed, ${failed} failed\n`);
  }
}
