import type { X509Certificate } from 'node:crypto';
import type { Clock } from '@k8s-ccm/controller-runtime';
import type { Authentication, Authenticator, ShownCredentials } from './authenticator.ts';
import { commonNameOf, isVouchedFor } from './client-certificate.ts';
import type { UserInfo } from './user-info.ts';

/** The authenticating proxies that are trusted, and their headers. Names are in lower case. */
export interface RequestHeaderSettings {
  readonly authorities: readonly X509Certificate[];
  /** Allowed common names of the certificates of proxies. If empty, any name is allowed. */
  readonly allowedNames: readonly string[];
  readonly usernameHeaders: readonly string[];
  readonly uidHeaders: readonly string[];
  readonly groupHeaders: readonly string[];
  readonly extraHeaderPrefixes: readonly string[];
}

/**
 * Authenticates by request headers that an authenticating proxy sets, if the proxy's own certificate is valid.
 * `settings` is called for each request. Without an authority, the headers are ignored.
 */
export class RequestHeaderAuthenticator implements Authenticator {
  readonly #settings: () => RequestHeaderSettings | undefined;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(settings: () => RequestHeaderSettings | undefined, clock: Pick<Clock, 'now'>) {
    this.#settings = settings;
    this.#clock = clock;
  }

  authenticate({ certificate, headers }: ShownCredentials): Authentication {
    const settings = this.#settings();
    if (settings === undefined || settings.authorities.length === 0 || certificate === undefined) {
      return { kind: 'none' };
    }
    if (!isVouchedFor(certificate, settings.authorities, this.#clock.now())) {
      return {
        kind: 'refused',
        reason: 'the certificate is not signed by the proxy CA, or has expired',
      };
    }
    const { allowedNames } = settings;
    const proxy = commonNameOf(certificate.leaf);
    if (allowedNames.length > 0 && !allowedNames.includes(proxy)) {
      return {
        kind: 'refused',
        reason: 'the common name of the certificate is not an allowed proxy',
      };
    }
    const user = userIn(headers, settings);
    return user === undefined ? { kind: 'none' } : { kind: 'user', user };
  }
}

function userIn(
  headers: ShownCredentials['headers'],
  settings: RequestHeaderSettings,
): UserInfo | undefined {
  const first = (names: readonly string[]): string =>
    names.map((name) => headers[name]?.[0] ?? '').find((value) => value !== '') ?? '';
  const name = first(settings.usernameHeaders);
  if (name === '') return undefined;
  const uid = first(settings.uidHeaders);
  return {
    name,
    ...(uid === '' ? {} : { uid }),
    groups: settings.groupHeaders
      .flatMap((header) => headers[header] ?? [])
      .filter((group) => group !== ''),
    extra: extraIn(headers, settings.extraHeaderPrefixes),
  };
}

/** Returns extra user information. Keys are the header names without the prefix, percent-decoded. */
function extraIn(
  headers: ShownCredentials['headers'],
  prefixes: readonly string[],
): UserInfo['extra'] {
  const extra = new Map<string, readonly string[]>();
  for (const [header, values = []] of Object.entries(headers)) {
    const prefix = prefixes.find((each) => header.startsWith(each));
    if (prefix === undefined) continue;
    const key = decoded(header.slice(prefix.length));
    extra.set(key, [...(extra.get(key) ?? []), ...values]);
  }
  return Object.fromEntries(extra);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
