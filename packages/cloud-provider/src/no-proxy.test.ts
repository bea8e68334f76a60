import { describe, expect, it } from '@jest/globals';
import { parseNoProxy } from './no-proxy.ts';

/** The list of the tests of golang.org/x/net/http/httpproxy, and what they say of it. */
const list =
  'foobar.com, .barbaz.net, *.wildcard.io, 192.168.1.1, 192.168.1.2:81, 192.168.1.3:80, 10.0.0.0/30, ' +
  '2001:db8::52:0:1, [2001:db8::52:0:2]:443, [2001:db8::52:0:3]:80, 2002:db8:a::45/64';

const goTable: readonly (readonly [host: string, direct: boolean, why: string])[] = [
  ['localhost', true, 'this machine'],
  ['127.0.0.1', true, 'this machine'],
  ['127.0.0.2', true, 'this machine'],
  ['[::1]', true, 'this machine'],
  ['[::2]', false, 'not a loopback address'],
  ['192.168.1.1', true, 'exact IPv4'],
  ['192.168.1.2', false, 'another port'],
  ['192.168.1.3', true, 'exact IPv4:port'],
  ['192.168.1.4', false, 'not listed'],
  ['10.0.0.2', true, 'IPv4 CIDR'],
  ['[2001:db8::52:0:1]', true, 'exact IPv6'],
  ['[2001:db8::52:0:2]', false, 'another port'],
  ['[2001:db8::52:0:3]', true, 'exact [IPv6]:port'],
  ['[2002:db8:a::123]', true, 'IPv6 CIDR'],
  ['[fe80::424b:c8be:1643:a1b6]', false, 'not listed'],
  ['barbaz.net', false, '.barbaz.net is only what is below it'],
  ['www.barbaz.net', true, 'below .barbaz.net'],
  ['foobar.com', true, 'exact name'],
  ['www.foobar.com', true, 'below foobar.com'],
  ['foofoobar.com', false, 'only ends alike'],
  ['baz.com', false, 'only a part'],
  ['localhost.net', false, 'only begins alike'],
  ['local.localhost', false, 'below localhost'],
  ['barbarbaz.net', false, 'only ends alike'],
  ['wildcard.io', false, '*.wildcard.io is only what is below it'],
  ['nested.wildcard.io', true, 'below *.wildcard.io'],
  ['awildcard.io', false, 'only ends alike'],
];

describe('parseNoProxy', () => {
  it.each(goTable)('reads as Go does: %s goes out directly: %p (%s)', (host, direct) => {
    expect(parseNoProxy(list)(new URL(`http://${host}`))).toBe(direct);
  });

  it.each(goTable)('lets %s out directly where everything is', (host) => {
    expect(parseNoProxy('foobar.com, *')(new URL(`http://${host}`))).toBe(true);
  });

  it.each([
    ['', 'http://example.com', false],
    [',, ,', 'http://example.com', false],
    [':1', 'http://example.com', false],
    ['[]:80', 'http://example.com', false],
    [',:80', 'http://example.com.', false],
    ['example.com', 'http://example.com/', true],
    ['.example.com', 'http://example.com/', false],
    ['ample.com', 'http://example.com/', false],
    ['example.com', 'http://foo.example.com/', true],
    ['.foo.com', 'http://example.com/', false],
    ['EXAMPLE.com', 'http://Example.COM/', true],
    ['.示例.com', 'http://www.示例.com', true],
    ['xn--fsq092h.com', 'http://www.示例.com', true],
    ['示例.com', 'http://www.xn--fsq092h.com', true],
    ['示 例.com', 'http://www.xn--fsq092h.com', false],
    ['example.com:443', 'https://example.com', true],
    ['example.com:443', 'http://example.com', false],
    ['example.com:80', 'http://example.com', true],
    ['example.com:', 'http://example.com:8080', true],
    ['*.example.com:8443', 'https://api.example.com:8443', true],
    ['.0.0.1', 'http://10.0.0.1', false],
    ['10.0.0.0/8', 'https://10.96.0.1', true],
    ['10.0.0.0/8', 'https://11.0.0.1', false],
    ['10.0.0.0/8:80', 'http://10.0.0.1', false],
    ['0.0.0.0/0', 'http://[2001:db8::1]', false],
    ['::/0', 'http://10.0.0.1', false],
    ['[2001:db8::1]', 'http://[2001:db8::1]', false],
    ['192.168.1.1', 'http://[::ffff:192.168.1.1]', true],
    ['', 'http://[::ffff:127.0.0.1]', true],
    ['', 'http://128.0.0.1', false],
    ['', 'http://126.255.255.255', false],
    ['', 'https://localhost:6443', true],
  ])('%j has %s: %p', (text, url, direct) => {
    expect(parseNoProxy(text)(new URL(url))).toBe(direct);
  });
});
