import { readFile } from 'node:fs/promises';
import { errorText } from './error-facts.ts';
import { freePort } from './free-port.ts';
import { poll } from './poll.ts';
import { lastLines } from './supervisor.ts';
import type { SupervisedProcess, Supervisor } from './supervisor.ts';

/** A server of the control plane and how it is seen to be ready. */
export interface Component {
  readonly name: string;
  readonly file: string;
  args(port: number): readonly string[];
  /** True once it is ready; a refused connection may be thrown. */
  isReady(port: number): Promise<boolean>;
}

/** How a component is started. */
export interface StartOptions {
  readonly limitMs: number;
  /** The port it must have; default: any that is free. */
  readonly port?: number;
  readonly signal?: AbortSignal;
}

/** A component that is ready. */
export interface StartedComponent {
  readonly port: number;
  readonly process: SupervisedProcess;
}

const attempts = 5;

/**
 * Starts a component and waits until it is ready. Where somebody else took its port first, it is
 * tried again with another one.
 * @throws Error with the last lines of its log, where it ends or does not become ready
 */
export async function startComponent(
  supervisor: Supervisor,
  component: Component,
  options: StartOptions,
): Promise<StartedComponent> {
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const process = await supervisor.spawn({
      name: component.name,
      file: component.file,
      args: component.args(port),
    });
    try {
      await untilReady(component, port, process, options);
      return { port, process };
    } catch (error) {
      const taken = process.end !== undefined && (await isPortTaken(process.log));
      await supervisor.kill(component.name);
      if (taken && attempt < attempts) continue;
      options.signal?.throwIfAborted();
      throw new Error(
        `${component.name} did not start: ${errorText(error)}; its last lines:\n${await lastLines(process.log)}`,
        { cause: error },
      );
    }
  }
}

async function untilReady(
  component: Component,
  port: number,
  process: SupervisedProcess,
  { limitMs, signal }: StartOptions,
): Promise<void> {
  await poll(
    async () => {
      if (process.end !== undefined) {
        throw new Error(`it ended with ${process.end.signal ?? `exit code ${process.end.code}`}`);
      }
      return (await component.isReady(port).catch(() => false)) ? true : undefined;
    },
    { what: component.name, limitMs, ...(signal === undefined ? {} : { signal }) },
  );
}

async function isPortTaken(log: string): Promise<boolean> {
  return (await readFile(log, 'utf8')).includes('address already in use');
}
