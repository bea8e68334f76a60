/** Where a run leaves its numbers, relative to the package. */
export const summaryFile = 'coverage/test-summary.json';

/** The line with which every test run ends. */
export function closingLine({ passed, failed }) {
  return `${passed} passed, ${failed} failed`;
}
