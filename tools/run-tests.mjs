// `npm test`: lints, type-checks and tests every project, and takes from nx's cache what passed before with the same
// inputs. Ends with one plain line; where something other than a test failed, it counts one failure.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { closingLine, summaryFile } from './closing-line.mjs';

const root = join(import.meta.dirname, '..');
const summaries = globSync('{packages,apps,tools,examples}/*/package.json', { cwd: root }).map(
  (manifest) => join(root, dirname(manifest), summaryFile),
);
for (const file of summaries) rmSync(file, { force: true });

const args = process.argv.slice(2);
const { status, error } = spawnSync(
  'nx',
  ['run-many', '-t', ...(args.length === 0 ? ['lint', 'typecheck', 'test'] : args)],
  { cwd: root, stdio: 'inherit' },
);
if (error !== undefined) throw error;

let passed = 0;
let failed = 0;
for (const file of summaries.filter((summary) => existsSync(summary))) {
  const counts = JSON.parse(readFileSync(file, 'utf8'));
  passed += counts.passed;
  failed += counts.failed;
}
if (status !== 0 && failed === 0) failed = 1;
process.stdout.write(`\n${closingLine({ passed, failed })}\n`);
process.exitCode = status ?? 1;
