import { isRight } from 'fp-ts/lib/Either.js';
import { nearestName } from '@k8s-ccm/foundation';
import { Secret } from '@k8s-ccm/inspur-sdk';
import { ConfigError, configUrl, showValue } from '@k8s-ccm/provider-kit';
import type { ConfigProblem } from '@k8s-ccm/provider-kit';

import type { CredentialsConfig, InspurConfig } from './cloud-config.ts';

/** The keys of the Go cloud-provider-inspur's cloud-config. inspur.md §5. */
const goKeys = [
  'slbUrl-pre',
  'keycloakUrl',
  'token-client-id',
  'client-secret',
  'requested-subject',
  'kktoken',
  'subnet-id',
] as const;

type GoKey = (typeof goKeys)[number];
type Values = ReadonlyMap<GoKey, { readonly line: number; readonly value: string }>;

/** True where the first line that says something is `key=value`. */
export function isGoCloudConfig(text: string): boolean {
  const first = linesOf(text)[0];
  return first !== undefined && /^[A-Za-z][\w.-]*\s*=/.test(first.content);
}

/**
 * Reads a file of the Go program, which means what it meant there: listeners stand on node ports.
 *
 * @throws ConfigError with everything that is wrong, each with its line
 */
export function parseGoCloudConfig(text: string, source: string): InspurConfig {
  const problems: ConfigProblem[] = [];
  const values = readValues(text, problems);
  const region = readRegion(values, problems);
  const credentials = readCredentials(values, problems);
  if (problems.length > 0 || credentials === undefined) throw new ConfigError(source, problems);
  return {
    region,
    credentials,
    endpoints: { slb: valueOf(values, 'slbUrl-pre') },
    tls: { caFile: undefined, insecureSkipVerify: [] },
    network: {
      vpcId: undefined,
      subnetId: valueOf(values, 'subnet-id') || undefined,
      routeTableId: undefined,
    },
    http: { timeoutMs: 20_000, concurrency: 64, callsPerSecond: undefined, burst: undefined },
    loadBalancer: { defaults: { listenerPortMode: 'node-port' }, allowedSlbIds: undefined },
  };
}

function linesOf(text: string): { readonly line: number; readonly content: string }[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((content, index) => ({ line: index + 1, content: content.replace(/^\uFEFF/, '').trim() }))
    .filter(({ content }) => content !== '' && !content.startsWith('#'));
}

function readValues(text: string, problems: ConfigProblem[]): Values {
  const values = new Map<GoKey, { readonly line: number; readonly value: string }>();
  for (const { line, content } of linesOf(text)) {
    const [, name, value = ''] = /^([^=]*?)\s*=\s*(.*)$/s.exec(content) ?? [];
    if (name === undefined) {
      // The line itself is not shown: it may be the rest of a secret.
      problems.push({ line, path: '', found: 'a line without "="', allowed: 'key=value' });
      continue;
    }
    const key = goKeys.find((known) => known === name);
    if (key === undefined) {
      const meant = nearestName(name, goKeys);
      problems.push({
        line,
        path: name,
        found: 'an unknown key',
        allowed: `one of ${goKeys.join(', ')}`,
        ...(meant === undefined ? {} : { suggestion: meant }),
      });
    } else if (values.has(key)) {
      problems.push({
        line,
        path: key,
        found: 'a key that is set twice',
        allowed: 'each key once',
      });
    } else {
      values.set(key, { line, value });
    }
  }
  return values;
}

function readRegion(values: Values, problems: ConfigProblem[]): string {
  const url = readUrl(values, 'slbUrl-pre', problems);
  const region = /\/regionsvc-([A-Za-z0-9-]+)(?:\/|$)/.exec(url)?.[1];
  if (url !== '' && region === undefined) {
    problems.push({
      line: lineOf(values, 'slbUrl-pre'),
      path: 'slbUrl-pre',
      found: showValue(url, configUrl),
      allowed: 'a URL with the region in it, as in /regionsvc-cn-north-3/slb/v1/slbs',
    });
  }
  return region ?? '';
}

/** The exchange where it is complete, because it renews its tokens; else the token that is given. */
function readCredentials(values: Values, problems: ConfigProblem[]): CredentialsConfig | undefined {
  const exchange: GoKey[] = [
    'keycloakUrl',
    'token-client-id',
    'client-secret',
    'requested-subject',
  ];
  const missing = exchange.filter((key) => valueOf(values, key) === '');
  const token = valueOf(values, 'kktoken');
  if (missing.length > 0 && token !== '') {
    return { kind: 'token', token: { kind: 'value', secret: new Secret(token) } };
  }
  for (const key of missing) {
    problems.push({
      line: lineOf(values, key),
      path: key,
      found: 'nothing',
      allowed: 'text, or a token in kktoken instead',
    });
  }
  if (missing.length > 0) return undefined;
  return {
    kind: 'keycloak',
    url: readUrl(values, 'keycloakUrl', problems),
    clientId: valueOf(values, 'token-client-id'),
    clientSecret: { kind: 'value', secret: new Secret(valueOf(values, 'client-secret')) },
    requestedSubject: valueOf(values, 'requested-subject'),
  };
}

function readUrl(values: Values, key: GoKey, problems: ConfigProblem[]): string {
  const value = valueOf(values, key);
  if (isRight(configUrl.decode(value))) return value;
  problems.push({
    line: lineOf(values, key),
    path: key,
    found: value === '' ? 'nothing' : showValue(value, configUrl),
    allowed: configUrl.name,
  });
  return '';
}

function valueOf(values: Values, key: GoKey): string {
  return values.get(key)?.value ?? '';
}

function lineOf(values: Values, key: GoKey): number {
  return values.get(key)?.line ?? 1;
}
