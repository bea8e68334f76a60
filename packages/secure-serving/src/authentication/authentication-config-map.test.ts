import { describe, expect, it } from '@jest/globals';
import { TestAuthority } from '@k8s-ccm/foundation/testing';
import { clusterAuthentication } from './authentication-config-map.ts';

const now = Date.UTC(2026, 10, 21);

describe('clusterAuthentication', () => {
  it('reads what the API server writes', async () => {
    const [clients, proxies] = await Promise.all([
      TestAuthority.create('clients', now),
      TestAuthority.create('proxies', now),
    ]);
    const { clientAuthorities, requestHeader } = clusterAuthentication({
      'client-ca-file': clients.certificate + proxies.certificate,
      'requestheader-client-ca-file': proxies.certificate,
      'requestheader-allowed-names': '["front-proxy-client"]',
      'requestheader-username-headers': '["X-Remote-User"]',
      'requestheader-uid-headers': '["X-Remote-Uid"]',
      'requestheader-group-headers': '["X-Remote-Group"]',
      'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
    });
    expect(clientAuthorities.map(({ subject }) => subject)).toEqual(['CN=clients', 'CN=proxies']);
    expect(requestHeader).toMatchObject({
      allowedNames: ['front-proxy-client'],
      usernameHeaders: ['x-remote-user'],
      uidHeaders: ['x-remote-uid'],
      groupHeaders: ['x-remote-group'],
      extraHeaderPrefixes: ['x-remote-extra-'],
    });
    expect(requestHeader?.authorities.map(({ subject }) => subject)).toEqual(['CN=proxies']);
  });

  it('believes no proxy without an authority for it', () => {
    const data = { 'requestheader-username-headers': '["X-Remote-User"]' };
    expect(clusterAuthentication(data)).toEqual({ clientAuthorities: [] });
  });

  it.each([['X-Remote-User'], ['{}'], ['[1]']])('refuses %s for a list', async (text) => {
    const { certificate } = await TestAuthority.create('proxies', now);
    const data = {
      'requestheader-client-ca-file': certificate,
      'requestheader-username-headers': text,
    };
    expect(() => clusterAuthentication(data)).toThrow(
      `requestheader-username-headers is not a JSON list of strings: ${text}`,
    );
  });
});
