import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiPage } from './api/api-page.ts';
import { apiPageFile, packagingProblems } from './packaging-problems.ts';
import { publishedPackages } from './manifest/published-package.ts';

const root = join(import.meta.dirname, '../../..');
const [command] = process.argv.slice(2);

if (command === 'check') {
  const problems = await packagingProblems(root);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} else if (command === 'api') {
  await rm(join(root, 'api'), { recursive: true, force: true });
  await mkdir(join(root, 'api'));
  for (const published of publishedPackages(root)) {
    await writeFile(apiPageFile(root, published), apiPage(published));
  }
} else {
  process.stderr.write('usage: main.ts check | api\n');
  process.exitCode = 1;
}
