import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { TestAuthority } from '@k8s-ccm/foundation/testing';
import { RequestHeaderAuthenticator } from './request-header-authenticator.ts';
import type { RequestHeaderSettings } from './request-header-authenticator.ts';

const now = Date.UTC(2026, 10, 21);

describe('RequestHeaderAuthenticator', () => {
  let authority: TestAuthority;
  let proxy: X509Certificate;
  beforeAll(async () => {
    authority = await TestAuthority.create('proxies', now);
    proxy = new X509Certificate((await authority.issue({ commonName: 'front-proxy' })).cert);
  });

  const ask = (
    headers: Readonly<Record<string, readonly string[]>>,
    {
      isVerified = true,
      at = now,
      ...settings
    }: Partial<RequestHeaderSettings> & {
      readonly isVerified?: boolean;
      readonly at?: number;
    } = {},
  ) =>
    new RequestHeaderAuthenticator(
      () => ({
        authorities: [new X509Certificate(authority.certificate)],
        allowedNames: [],
        usernameHeaders: ['x-remote-user', 'x-user'],
        uidHeaders: ['x-remote-uid'],
        groupHeaders: ['x-remote-group', 'x-group'],
        extraHeaderPrefixes: ['x-remote-extra-'],
        ...settings,
      }),
      { now: () => at },
    ).authenticate({ source: 'a', headers, certificate: { leaf: proxy, isVerified } });

  it('takes name, UID, groups and the rest from the headers', () => {
    expect(
      ask({
        'x-remote-user': ['jane', 'not me'],
        'x-remote-uid': ['u-1'],
        'x-remote-group': ['dev', '', 'ops'],
        'x-group': ['more'],
        'x-remote-extra-acme.com%2fproject': ['one', 'two'],
        'x-remote-extra-100%': ['odd'],
        'x-other': ['ignored'],
      }),
    ).toEqual({
      kind: 'user',
      user: {
        name: 'jane',
        uid: 'u-1',
        groups: ['dev', 'ops', 'more'],
        extra: { 'acme.com/project': ['one', 'two'], '100%': ['odd'] },
      },
    });
    expect(ask({ 'x-user': ['joe'] })).toEqual({
      kind: 'user',
      user: { name: 'joe', groups: [], extra: {} },
    });
  });

  it.each([
    ['says nothing of the user', {}, 'none'],
    ['is of no allowed name', { allowedNames: ['other'] }, 'refused'],
    ['is of a name that is allowed', { allowedNames: ['other', 'front-proxy'] }, 'none'],
    ['has a certificate that OpenSSL refused', { isVerified: false }, 'refused'],
    ['has a certificate that has ended', { at: now + 2 * 86_400_000 }, 'refused'],
    ['is of an authority that is not trusted any more', { authorities: [] }, 'none'],
  ])('does not know a user where the proxy %s', (_why, options, kind) => {
    expect(ask({}, options)).toMatchObject({ kind });
  });
});
