#!/usr/bin/env node
import { once } from 'node:events';
import { CommandLineError, readCommandLine, usage } from './command-line.ts';
import { ControlInputError } from './input/control-input-error.ts';
import type { Emulator } from './emulator.ts';
import { startEmulator } from './emulator.ts';

function describe({ url, slbUrl, ecsUrl, vpcUrl, eipUrl, region, credentials }: Emulator): string {
  const { keycloak, accessKey, token, userId } = credentials;
  return `listening on ${url}
region      ${region}
slb         ${slbUrl}
ecs         ${ecsUrl}
vpc         ${vpcUrl}
eip         ${eipUrl}
account     ${userId}
keycloak    url=${keycloak.url} client_id=${keycloak.clientId} client_secret=${keycloak.clientSecret} requested_subject=${keycloak.requestedSubject}
access key  id=${accessKey.id} secret=${accessKey.secret}
token       ${token}
control     ${url}/_emulator/state
`;
}

async function run(args: readonly string[]): Promise<number> {
  const options = readCommandLine(args);
  if (options === undefined) {
    process.stdout.write(usage);
    return 0;
  }
  const stop = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  await using emulator = await startEmulator(options);
  process.stdout.write(describe(emulator));
  await stop;
  return 0;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`inspur-emulator: ${message}\n`);
  process.exitCode =
    error instanceof CommandLineError || error instanceof ControlInputError ? 2 : 1;
}
