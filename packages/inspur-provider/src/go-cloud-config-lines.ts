import { nearestName } from '@k8s-ccm/foundation';

/** The keys of the Go program's cloud-config that are used. See inspur-api.md#the-go-program. */
export const goConfigKeys = [
  'slbUrl-pre',
  'keycloakUrl',
  'token-client-id',
  'client-secret',
  'requested-subject',
  'kktoken',
  'subnet-id',
] as const;

/** A key of {@link goConfigKeys}. */
export type GoConfigKey = (typeof goConfigKeys)[number];

/** Keys that older versions of the Go program accepted, and that have no effect here. */
const olderKeys: readonly string[] = [
  'auth-url',
  'ca-file',
  'client-id',
  'domain-id',
  'domain-name',
  'ebs-openapi-url',
  'ebs-service-url',
  'instanceID',
  'master-auth-url',
  'openapi-version',
  'password',
  'port',
  'projectName',
  'region',
  'slbId',
  'tenant-id',
  'tenant-name',
  'trust-id',
  'user-id',
  'username',
];

/** The value of each key that is set, with the line of the last one. */
export type GoConfigValues = ReadonlyMap<
  GoConfigKey,
  { readonly line: number; readonly value: string }
>;

/** A line of a cloud-config that has no effect. Holds no text of the line but the names of keys of the Go program. */
export interface IgnoredLine {
  /** Counted from 1. */
  readonly line: number;
  readonly reason: 'section' | 'no-key' | 'unknown-key' | 'overridden';
  /** The key, if it is one of the Go program's. Any other name may be the rest of a secret. */
  readonly key?: string;
  /** The key that was probably meant. */
  readonly suggestion?: string;
}

interface Line {
  readonly line: number;
  readonly content: string;
}

/** Tells whether a cloud-config is the Go program's, by the first line that belongs to one form only. */
export function isGoCloudConfig(text: string): boolean {
  for (const { content } of linesOf(text)) {
    if (/^[\w.-]+\s*=/.test(content) || isSection(content)) return true;
    if (/^(?:[{"'-]|[\w.-]+\s*:(?:\s|$))/.test(content) && content !== '---') return false;
  }
  return false;
}

/** Reads `key=value` lines. Keys are compared without case, and the last value of a key wins. */
export function readGoConfigLines(text: string): {
  readonly values: GoConfigValues;
  readonly ignored: readonly IgnoredLine[];
} {
  const values = new Map<GoConfigKey, { readonly line: number; readonly value: string }>();
  const ignored: IgnoredLine[] = [];
  for (const { line, content } of linesOf(text)) {
    if (isSection(content)) {
      ignored.push({ line, reason: 'section' });
      continue;
    }
    const end = content.indexOf('=');
    if (end < 1) {
      ignored.push({ line, reason: 'no-key' });
      continue;
    }
    const name = content.slice(0, end).trim();
    const key = sameKey(name, goConfigKeys);
    if (key === undefined) {
      ignored.push({ line, reason: 'unknown-key', ...explainKey(name) });
      continue;
    }
    const earlier = values.get(key);
    if (earlier !== undefined) ignored.push({ line: earlier.line, reason: 'overridden', key });
    values.set(key, { line, value: withoutQuotes(content.slice(end + 1).trim()) });
  }
  return { values, ignored: ignored.toSorted((a, b) => a.line - b.line) };
}

function linesOf(text: string): Line[] {
  return (
    text
      .split(/\r\n|\r|\n/)
      // This also removes a byte order mark.
      .map((content, index) => ({ line: index + 1, content: content.trim() }))
      .filter(({ content }) => content !== '' && !/^[#;]/.test(content))
  );
}

function isSection(content: string): boolean {
  return /^\[\s*[\w.-]+(?:\s+"[^"]*")?\s*\]\s*(?:[#;].*)?$/.test(content);
}

function sameKey<Key extends string>(name: string, keys: readonly Key[]): Key | undefined {
  return keys.find((key) => key.toLowerCase() === name.toLowerCase());
}

function explainKey(name: string): Pick<IgnoredLine, 'key' | 'suggestion'> {
  const key = sameKey(name, olderKeys);
  if (key !== undefined) return { key };
  const suggestion = nearestName(name, goConfigKeys);
  return suggestion === undefined ? {} : { suggestion };
}

function withoutQuotes(value: string): string {
  return /^"(.*)"$/s.exec(value)?.[1] ?? value;
}
