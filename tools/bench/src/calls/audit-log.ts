import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { ControlPlane } from '@k8s-ccm/envtest';
import { parseAuditLines } from './audit-event.ts';
import type { AuditEvent } from './audit-event.ts';

/** The user whose requests are written down; the candidate's, and nobody else's. */
export const auditedUser = 'candidate';

const file = 'audit.log';

/** What the API server must be started with. A relative path is one in the control plane's folder. */
export const auditFlags: readonly string[] = [
  `--audit-policy-file=${join(import.meta.dirname, 'audit-policy.yaml')}`,
  `--audit-log-path=${file}`,
  // Written beside the requests, not before each answer.
  '--audit-log-mode=batch',
];

/** The requests that the audited user has made, as the API server wrote them down. */
export class AuditLog implements AsyncDisposable {
  readonly #file: FileHandle;
  readonly #events: AuditEvent[] = [];
  #position = 0;

  private constructor(handle: FileHandle) {
    this.#file = handle;
  }

  /** Opens the log of a control plane that was started with {@link auditFlags}. */
  static async open(controlPlane: ControlPlane): Promise<AuditLog> {
    return new AuditLog(await open(join(controlPlane.folder, file), 'r'));
  }

  /** All requests as of the last {@link read}, oldest first. */
  get events(): readonly AuditEvent[] {
    return this.#events;
  }

  /** Brings {@link events} up to date; costs as much as there are new ones. */
  async read(): Promise<void> {
    const { size } = await this.#file.stat();
    if (size <= this.#position) return;
    const buffer = Buffer.alloc(size - this.#position);
    const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, this.#position);
    // A line may be half written; it is read whole next time.
    const end = buffer.subarray(0, bytesRead).lastIndexOf('\n') + 1;
    for (const event of parseAuditLines(buffer.toString('utf8', 0, end))) this.#events.push(event);
    this.#position += end;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#file.close();
  }
}
