import type { CertificatePair } from '@k8s-ccm/foundation';
import { namesOf } from './certificate-names.ts';

/** A pair for some hosts. */
export interface NamedPair {
  /** Domains, also with `*.` in front. Empty: those of the certificate itself. */
  readonly names: readonly string[];
  readonly pair: CertificatePair;
}

/** The pair for a host: of an exact name, else of a wildcard for its first label; the one named first. */
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
