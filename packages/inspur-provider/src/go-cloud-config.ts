import { isRight } from 'fp-ts/lib/Either.js';
import { Secret } from '@k8s-ccm/inspur-sdk';
import { ConfigError, configUrl, showValue } from '@k8s-ccm/provider-kit';
import type { ConfigProblem } from '@k8s-ccm/provider-kit';

import type { CredentialsConfig, InspurConfig } from './cloud-config.ts';
import { goConfigKeys, readGoConfigLines } from './go-cloud-config-lines.ts';
import type { GoConfigKey, GoConfigValues, IgnoredLine } from './go-cloud-config-lines.ts';

/**
 * Reads a cloud-config of the Go program. It means what it meant there: listeners use node ports.
 *
 * @throws ConfigError with every required key that is missing or malformed, each with its line
 */
export function parseGoCloudConfig(text: string, source: string): InspurConfig {
  const { values, ignored } = readGoConfigLines(text);
  const problems: ConfigProblem[] = [];
  const region = readRegion(values, problems);
  const credentials = readCredentials(values, problems);
  if (problems.length > 0 || credentials === undefined) {
    throw new ConfigError(source, [...problems, ...misspelledKeys(ignored)]);
  }
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
    ignoredLines: ignored,
  };
}

/** The ignored lines that may explain why a required key is missing. */
function misspelledKeys(ignored: readonly IgnoredLine[]): ConfigProblem[] {
  return ignored.flatMap(({ line, suggestion }) =>
    suggestion === undefined
      ? []
      : [
          {
            line,
            path: '',
            found: 'an unknown key',
            allowed: `one of ${goConfigKeys.join(', ')}`,
            suggestion,
          },
        ],
  );
}

function readRegion(values: GoConfigValues, problems: ConfigProblem[]): string {
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

/** Prefers a complete token exchange, because it renews its tokens, to the token in `kktoken`. */
function readCredentials(
  values: GoConfigValues,
  problems: ConfigProblem[],
): CredentialsConfig | undefined {
  const exchange: GoConfigKey[] = [
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

function readUrl(values: GoConfigValues, key: GoConfigKey, problems: ConfigProblem[]): string {
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

function valueOf(values: GoConfigValues, key: GoConfigKey): string {
  return values.get(key)?.value ?? '';
}

function lineOf(values: GoConfigValues, key: GoConfigKey): number {
  return values.get(key)?.line ?? 1;
}
