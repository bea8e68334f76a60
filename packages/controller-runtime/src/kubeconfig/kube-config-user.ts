import { readExecConfig, type ExecConfig } from './exec-config.ts';
import type { KubeConfigRecord } from './kube-config-record.ts';
import { isBearerToken } from './token-file.ts';

/** Fields of a user in a kubeconfig. */
export const userKeys: readonly string[] = [
  'client-certificate',
  'client-certificate-data',
  'client-key',
  'client-key-data',
  'token',
  'tokenFile',
  'as',
  'as-uid',
  'as-groups',
  'as-user-extra',
  'username',
  'password',
  'auth-provider',
  'exec',
  'extensions',
];

/** A user of a kubeconfig. */
export interface KubeConfigUser {
  readonly token: string | undefined;
  readonly tokenFile: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Path of a PEM file, like {@link keyFile}. */
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
  /** PEM, like {@link key}. */
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** The program that provides credentials. */
  readonly exec: ExecConfig | undefined;
  /** The older form of plugins, as in the file. */
  readonly authProvider: KubeConfigRecord | undefined;
  readonly as: string | undefined;
  readonly asUid: string | undefined;
  readonly asGroups: readonly string[];
  readonly asUserExtra: Readonly<Record<string, readonly string[]>>;
  /** For errors about the user. */
  readonly record: KubeConfigRecord;
}

/** Decodes a user. @throws KubeConfigError */
export function readUser(record: KubeConfigRecord): KubeConfigUser {
  refuseContradictions(record);
  const exec = record.record('exec');
  const extra = record.record('as-user-extra');
  return {
    token: token(record),
    tokenFile: record.path('tokenFile'),
    username: record.text('username'),
    password: record.text('password'),
    certFile: record.path('client-certificate'),
    keyFile: record.path('client-key'),
    cert: record.base64('client-certificate-data'),
    key: record.base64('client-key-data'),
    exec: exec && readExecConfig(exec),
    authProvider: record.record('auth-provider'),
    as: record.text('as'),
    asUid: record.text('as-uid'),
    asGroups: record.texts('as-groups'),
    asUserExtra: Object.fromEntries(
      (extra?.keys() ?? []).map((key) => [key, extra?.texts(key) ?? []]),
    ),
    record,
  };
}

/** Reports whether the user has no credentials. */
export function isAnonymous(user: KubeConfigUser | undefined): boolean {
  if (user === undefined) return true;
  const { token: bearer, tokenFile, username, password, cert, certFile, exec, authProvider } = user;
  const ways = [bearer, tokenFile, username, password, cert, certFile, exec, authProvider];
  return ways.every((way) => way === undefined);
}

/** Rejects what kubectl rejects: pairs of fields that contradict each other. */
const contradictions: readonly (readonly [string, string])[] = [
  ['token', 'username'],
  ['token', 'password'],
  ['client-certificate', 'client-certificate-data'],
  ['client-key', 'client-key-data'],
  ['exec', 'auth-provider'],
];

function refuseContradictions(record: KubeConfigRecord): void {
  for (const [one, other] of contradictions) {
    if (isSet(record, one) && isSet(record, other)) {
      throw record.refuse(other, { found: `${one} next to it`, allowed: 'one of the two' });
    }
  }
  const hasCertificate = ['client-certificate', 'client-certificate-data'].find((key) =>
    isSet(record, key),
  );
  const hasKey = ['client-key', 'client-key-data'].find((key) => isSet(record, key));
  if ((hasCertificate === undefined) !== (hasKey === undefined)) {
    const found =
      hasKey === undefined ? 'a certificate without its key' : 'a key without its certificate';
    throw record.refuse(hasCertificate ?? hasKey ?? '', { found, allowed: 'both of them' });
  }
  const detail = ['as-uid', 'as-groups', 'as-user-extra'].find((key) => isSet(record, key));
  if (detail !== undefined && !isSet(record, 'as')) {
    throw record.refuse(detail, { found: 'no "as" next to it', allowed: 'a user in "as"' });
  }
}

function isSet(record: KubeConfigRecord, key: string): boolean {
  return record.has(key) && record.value(key) !== '';
}

function token(record: KubeConfigRecord): string | undefined {
  const text = record.text('token');
  if (text !== undefined && !isBearerToken(text)) {
    const found = 'a text with blanks, line breaks or characters that are not ASCII';
    throw record.refuse('token', { found, allowed: 'a bearer token' });
  }
  return text;
}
