import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** Result of {@link runReadmeExample}. */
export interface ReadmeRun {
  /** Exit code of the example; `null` if a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Number of lines of the example. */
  readonly lines: number;
}

/**
 * Runs the first TypeScript example of a package's README as a program of its own, from the package's sources.
 *
 * @param folder the folder of the package
 * @param environment environment variables for the example, in addition to those of this process
 * @throws Error if the README contains no TypeScript example
 */
export async function runReadmeExample(
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ReadmeRun> {
  const readme = await readFile(join(folder, 'README.md'), 'utf8');
  const example = /^```ts\n(?<code>.*?)^```/ms.exec(readme)?.groups?.['code'];
  if (example === undefined) throw new Error(`${folder}/README.md contains no TypeScript example`);
  const child = spawn(
    process.execPath,
    [
      '--conditions=@k8s-ccm/source',
      '--disable-warning=ExperimentalWarning',
      '--input-type=module-typescript',
      '--eval',
      example,
    ],
    {
      cwd: folder,
      // A task runner may ask its tasks for colors; the output is compared as text.
      env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: undefined, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 50_000,
    },
  );
  const closed = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await closed;
  return { code: child.exitCode, stdout, stderr, lines: example.split('\n').length - 1 };
}
