import { describe, expect, it } from '@jest/globals';
import { ProxyEnvironmentError, proxyFromEnvironment } from './proxy-environment.ts';

const http = 'http://insecure.tld/';
const https = 'https://secure.tld/';
const both = { HTTP_PROXY: 'http.proxy.tld', HTTPS_PROXY: 'secure.proxy.tld' };

describe('proxyFromEnvironment', () => {
  it.each([
    [{}, http, undefined],
    [{}, https, undefined],
    [{ HTTP_PROXY: '' }, http, undefined],
    [{ HTTP_PROXY: '127.0.0.1:8080' }, http, 'http://127.0.0.1:8080/'],
    [{ HTTP_PROXY: 'cache.corp.example.com:1234' }, http, 'http://cache.corp.example.com:1234/'],
    [{ HTTP_PROXY: 'cache.corp.example.com' }, http, 'http://cache.corp.example.com/'],
    [{ HTTP_PROXY: 'localhost' }, http, 'http://localhost/'],
    [{ HTTP_PROXY: 'https://cache.corp.example.com' }, http, 'https://cache.corp.example.com/'],
    [{ HTTP_PROXY: 'http://127.0.0.1:8080' }, http, 'http://127.0.0.1:8080/'],
    [{ HTTP_PROXY: 'https://127.0.0.1:8080' }, http, 'https://127.0.0.1:8080/'],
    [both, http, 'http://http.proxy.tld/'],
    [both, https, 'http://secure.proxy.tld/'],
    [{ ...both, HTTPS_PROXY: 'https://secure.proxy.tld' }, https, 'https://secure.proxy.tld/'],
    [{ HTTP_PROXY: 'http.proxy.tld' }, https, undefined],
    [{ HTTPS_PROXY: 'http.proxy.tld' }, http, undefined],
    [both, 'ftp://insecure.tld/', undefined],
    [{ HTTP_PROXY: 'proxy', NO_PROXY: 'insecure.tld' }, http, undefined],
    [{ HTTP_PROXY: 'proxy', NO_PROXY: '.foo.com' }, http, 'http://proxy/'],
    [both, 'http://localhost:8080', undefined],
    [both, 'https://127.0.0.1:6443', undefined],
    [both, 'https://[::1]:6443', undefined],
    [{ http_proxy: 'a', https_proxy: 'b' }, http, 'http://a/'],
    [{ http_proxy: 'a', https_proxy: 'b' }, https, 'http://b/'],
    [{ http_proxy: 'a', no_proxy: 'insecure.tld' }, http, undefined],
    [{ HTTP_PROXY: 'upper', http_proxy: 'lower' }, http, 'http://upper/'],
    [{ HTTP_PROXY: '', http_proxy: 'lower' }, http, 'http://lower/'],
    [{ HTTP_PROXY: 'a', NO_PROXY: 'x.tld', no_proxy: 'insecure.tld' }, http, 'http://a/'],
    [{ HTTP_PROXY: 'joe:pa%20ss@proxy:3128' }, http, 'http://joe:pa%20ss@proxy:3128/'],
    [{ HTTP_PROXY: 'http://joe:p@ss@proxy:3128' }, http, 'http://joe:p%40ss@proxy:3128/'],
    [{ HTTP_PROXY: 'http://[2001:db8::1]:3128' }, http, 'http://[2001:db8::1]:3128/'],
    [{ ALL_PROXY: 'proxy' }, http, undefined],
  ])('by %j, %s goes through %s', (env, url, proxy) => {
    expect(proxyFromEnvironment(env)(new URL(url))?.href).toBe(proxy);
  });

  it('gives the URL of a request no part in it but scheme, host and port', () => {
    const proxyFor = proxyFromEnvironment({ HTTPS_PROXY: 'proxy', NO_PROXY: 'secure.tld:8443' });
    expect(proxyFor(new URL('https://joe:pass@secure.tld/a?b#c'))?.href).toBe('http://proxy/');
    expect(proxyFor(new URL('https://joe:pass@secure.tld:8443/a?b#c'))).toBeUndefined();
  });

  it.each([
    ['socks5://127.0.0.1:1080', 'socks5://127.0.0.1:1080'],
    ['foo://host', 'foo://host'],
    ['http://', 'http://'],
    ['http://proxy:port', 'http://proxy:port'],
    ['http://pro xy', 'http://pro xy'],
    ['socks5://joe:secret@host', 'socks5://[redacted]@host'],
    ['joe:sec:ret@host:port', '[redacted]@host:port'],
    ['http://joe:sec/ret@host', 'http://[redacted]@host'],
    ['http://secret#secret@host', 'http://[redacted]@host'],
    ['http://secret?secret@host', 'http://[redacted]@host'],
    ['http://secret/\nsecret@host', 'http://[redacted]@host'],
    ['http://joe:s@ecret@ho st', 'http://[redacted]@ho st'],
    ['http://joe:secret%zz@host', 'http://[redacted]@host'],
    ['http://secret%ff:x@host', 'http://[redacted]@host'],
  ])('refuses %j, and tells it without its secrets', (text, shown) => {
    const read = (): unknown => proxyFromEnvironment({ HTTPS_PROXY: text });
    expect(read).toThrow(ProxyEnvironmentError);
    expect(read).toThrow(`HTTPS_PROXY: found "${shown}"; allowed: an http:// or https:// URL`);
    expect(read).not.toThrow('secret');
  });

  it('tells all that is wrong, by the names that are set', () => {
    const env = { HTTP_PROXY: 'foo://a', HTTPS_PROXY: '', https_proxy: 'foo://b' };
    expect(() => proxyFromEnvironment(env)).toThrow(
      /^HTTP_PROXY: found "foo:\/\/a"; .*\nhttps_proxy: found "foo:\/\/b"; .*$/,
    );
  });

  it('names its error', () => {
    const { name, code } = new ProxyEnvironmentError('wrong');
    expect([name, code]).toEqual(['ProxyEnvironmentError', 'PROXY_ENVIRONMENT']);
  });
});
