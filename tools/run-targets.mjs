import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { closingLine, summaryFile } from './closing-line.mjs';

const root = join(import.meta.dirname, '..');

/**
 * Runs nx targets of every project, ends with the plain line that adds up their tests, and sets the exit code. If
 * something other than a test fails, it counts as one failure.
 */
export function runTargets(targets, { env = {}, args = [] } = {}) {
  const summaries = globSync('{packages,apps,tools,examples}/*/package.json', { cwd: root }).map(
    (manifest) => join(root, dirname(manifest), summaryFile),
  );
  for (const file of summaries) rmSync(file, { force: true });
  const { status, error } = spawnSync('nx', ['run-many', '-t', ...targets, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  });
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
}
