import { join } from 'node:path';
import { CommandLineError, readCommandLine, usage } from './command-line.ts';
import { reportText } from './results/report.ts';
import { ResultStore } from './results/result-store.ts';
import { runBench } from './run-bench.ts';
import { scenarioOf, scenarios } from './scenarios.ts';

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function run(args: readonly string[], signal: AbortSignal): Promise<void> {
  const options = readCommandLine(
    args,
    scenarios.map(({ name }) => name),
  );
  if (options === undefined) {
    process.stdout.write(usage);
    return;
  }
  const store = new ResultStore(join(import.meta.dirname, '../results'));
  const recorded = await store.last(options.settings);
  const result = await runBench(options, { signal, say });
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ result, recorded }, undefined, 2)}\n`
      : `\n${reportText(result, recorded, scenarioOf(options.settings.scenario))}`,
  );
  if (options.record) say(`recorded in ${await store.record(result)}`);
}

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => interrupted.abort(new Error(`stopped by ${name}`)));
}
try {
  await run(process.argv.slice(2), interrupted.signal);
} catch (error) {
  say(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = error instanceof CommandLineError ? 2 : interrupted.signal.aborted ? 130 : 1;
}
