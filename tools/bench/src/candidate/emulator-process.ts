import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { GuardedChild } from './guarded-child.ts';

const program = join(import.meta.dirname, '../../../../packages/inspur-emulator/src/main.ts');

/** What a client of an emulator needs to know. */
export interface EmulatorAccess {
  readonly url: string;
  readonly region: string;
  readonly slbUrl: string;
  readonly ecsUrl: string;
  readonly keycloak: {
    readonly url: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly requestedSubject: string;
  };
}

/** An emulator as a process of its own, so that its work is not the bench's. */
export interface EmulatorProcess extends EmulatorAccess, AsyncDisposable {
  readonly pid: number;
}

/** Starts an emulator on a free port. @throws Error with what it wrote, where it does not start */
export async function startEmulatorProcess(): Promise<EmulatorProcess> {
  const child = await GuardedChild.start(
    process.execPath,
    ['--conditions=@k8s-ccm/source', '--disable-warning=ExperimentalWarning', program],
    ['ignore', 'pipe', 'inherit'],
  );
  await using failed = new AsyncDisposableStack();
  failed.use(child);
  const { stdout } = child.process;
  if (stdout === null) throw new Error('the emulator has no standard output');
  let text = '';
  for await (const line of createInterface(stdout)) {
    text += `${line}\n`;
    // The last line of its greeting; it writes nothing afterwards.
    if (line.startsWith('control ')) break;
  }
  const access = readGreeting(text);
  failed.move();
  return { ...access, pid: child.pid, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
}

/** Reads what the emulator says when it starts. @throws Error where something is missing */
export function readGreeting(text: string): EmulatorAccess {
  const find = (what: RegExp): string => {
    const found = what.exec(text)?.[1];
    if (found === undefined) throw new Error(`the emulator did not say ${what.source}: ${text}`);
    return found;
  };
  return {
    url: find(/^listening on (\S+)/m),
    region: find(/^region +(\S+)/m),
    slbUrl: find(/^slb +(\S+)/m),
    ecsUrl: find(/^ecs +(\S+)/m),
    keycloak: {
      url: find(/^keycloak .*\burl=(\S+)/m),
      clientId: find(/^keycloak .*\bclient_id=(\S+)/m),
      clientSecret: find(/^keycloak .*\bclient_secret=(\S+)/m),
      requestedSubject: find(/^keycloak .*\brequested_subject=(\S+)/m),
    },
  };
}
