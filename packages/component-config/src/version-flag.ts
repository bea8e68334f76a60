import { parseGoBool } from '@k8s-ccm/foundation';
import type { Flag, FlagFacts } from './flag.ts';

/**
 * The value of `--version`. `true` prints the version, `raw` prints the whole build information, and `vX.Y.Z…`
 * reports this version.
 */
export type VersionWish = 'false' | 'true' | 'raw' | `v${string}`;

/** Creates the flag `--version[=true,raw,vX.Y.Z]` (contract.md#flags). */
export function versionFlag(facts: Omit<FlagFacts<VersionWish>, 'default'>): Flag<VersionWish> {
  return {
    ...facts,
    default: 'false',
    kind: 'string',
    allowed: 'true, false, raw, or a version such as v1.2.3',
    implied: 'true',
    parse: (text) => {
      if (text === 'raw' || isVersion(text)) return text;
      const isWished = parseGoBool(text);
      return isWished === undefined ? undefined : `${isWished}`;
    },
    format: String,
  };
}

function isVersion(text: string): text is `v${string}` {
  return /^v\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/.test(text);
}
