import { parseGoBool } from '@k8s-ccm/foundation';
import type { Flag, FlagFacts } from './flag.ts';

/** `false`: no wish; `true`: print it; `raw`: print everything about it; `vX.Y.Z…`: report this one. */
export type VersionWish = 'false' | 'true' | 'raw' | `v${string}`;

/** The flag `--version[=true,raw,vX.Y.Z]` (contract.md#flags). */
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
