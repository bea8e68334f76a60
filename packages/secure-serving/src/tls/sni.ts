import type { CertificatePair } from '@k8s-ccm/foundation';
import { namesOf } from './certificate-names.ts';

/** A certificate pair for some hosts. */
export interface NamedPair {
  /** Domains, which may begin with `*.`. If empty, the names in the certificate are used. */
  readonly names: readonly string[];
  readonly pair: CertificatePair;
}

/**
 * Returns the pair for a host: the first with the exact name, or else the first with a wildcard for the first
 * label.
 */
export function choosePair(host: string, pairs: readonly NamedPair[]): CertificatePair | undefined {
  const wanted = host.toLowerCase().replace(/\.$/, '');
  const wildcard = wanted.replace(/^[^.]+/, '*');
  for (const name of [wanted, wildcard]) {
    const found = pairs.find(({ names, pair }) =>
      (names.length === 0 ? namesOf(pair) : names).some((each) => each.toLowerCase() === name),
    );
    if (found !== undefined) return found.pair;
  }
  return undefined;
}
