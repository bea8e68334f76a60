import type { Node } from '@k8s-ccm/cloud-provider';
import { isNewerVersion } from './resource-version.ts';

/**
 * Remembers what this controller has written and the cache does not show yet. Without it, a Node
 * that changed while it was being initialised would be initialised a second time from the old
 * state: one more ask, a refused write, and a second event.
 */
export class OwnWrites {
  readonly #versions = new Map<string, { readonly uid: string; readonly version: string }>();

  /** Remembers an answer of the API server to a write. */
  wrote({ metadata }: Node): void {
    const { name, uid, resourceVersion } = metadata ?? {};
    if (name === undefined || uid === undefined || resourceVersion === undefined) return;
    this.#versions.set(name, { uid, version: resourceVersion });
  }

  /** Whether this state of the Node is older than what was written to it. */
  isAheadOf({ metadata }: Node): boolean {
    const own = this.#versions.get(metadata?.name ?? '');
    return (
      own !== undefined &&
      own.uid === metadata?.uid &&
      isNewerVersion(own.version, metadata.resourceVersion)
    );
  }

  /** The Node is gone. */
  forget(name: string): void {
    this.#versions.delete(name);
  }
}
