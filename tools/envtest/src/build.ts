/** Builds the control plane's binaries ahead of the tests that need them, and prints their folder. */
import { dirname } from 'node:path';
import { findBinaries } from './binaries.ts';
import { errorText } from './error-facts.ts';

try {
  const { etcd } = await findBinaries();
  process.stdout.write(`${dirname(etcd)}\n`);
} catch (error) {
  process.stderr.write(`${errorText(error)}\n`);
  process.exitCode = 1;
}
