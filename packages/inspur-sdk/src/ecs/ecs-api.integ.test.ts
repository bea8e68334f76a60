import { describe, expect, it } from '@jest/globals';
import { Budget, Secret } from '@k8s-ccm/cloud-http';
import type { Emulator } from '@k8s-ccm/inspur-emulator';
import { startEmulator } from '@k8s-ccm/inspur-emulator';
import { accessKeyCredentials } from '../auth/access-key-credentials.ts';
import type { Credentials } from '../auth/credentials.ts';
import { keycloakCredentials } from '../auth/keycloak-credentials.ts';
import { tokenCredentials } from '../auth/token-credentials.ts';
import { InspurClient } from '../inspur-client.ts';
import { isAccessDenied, isEcsServerNotFound } from './ecs-error-predicates.ts';

const seed = {
  servers: Array.from({ length: 250 }, (_, index) => ({
    serverId: `i-${index}`,
    serverName: `knoten & käse ${index}`,
    vpcId: 'vpc-1',
  })),
};

const kinds: readonly (readonly [string, (emulator: Emulator) => Credentials])[] = [
  [
    'a token exchange',
    ({ credentials: { keycloak } }) =>
      keycloakCredentials({ ...keycloak, clientSecret: new Secret(keycloak.clientSecret) }),
  ],
  [
    'an access key',
    ({ credentials: { accessKey } }) =>
      accessKeyCredentials({ id: accessKey.id, secret: new Secret(accessKey.secret) }),
  ],
  ['a token', ({ credentials: { token } }) => tokenCredentials({ token: new Secret(token) })],
];

function connect(emulator: Emulator, credentials: Credentials): InspurClient {
  return new InspurClient({
    region: emulator.region,
    endpoints: { ecs: emulator.ecsUrl, vpc: emulator.vpcUrl },
    credentials,
    budget: new Budget(),
    random: { next: () => 0 },
  });
}

function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => error);
}

describe('servers', () => {
  it.each(kinds)('are listed with %s despite single failures', async (_, credentialsOf) => {
    await using emulator = await startEmulator({ seed });
    await using client = connect(emulator, credentialsOf(emulator));
    emulator.setFaults([{ status: 503, times: 2 }]);
    const { servers, complete, calls } = await client.ecs.listServers();
    expect([servers.length, complete, calls]).toEqual([250, true, 3]);
    const named = await client.ecs.listServers({ name: 'knoten & käse 7' });
    expect(named.servers.map(({ serverId }) => serverId)).toEqual(['i-7']);
    const chosen = await client.ecs.listServers({ serverIds: ['i-3', 'i-999', 'i-200'] });
    expect(chosen.servers.map(({ serverId }) => serverId)).toEqual(['i-3', 'i-200']);
    expect(await client.ecs.showServer('i-9')).toMatchObject({ serverId: 'i-9', status: 'active' });
    expect(isEcsServerNotFound(await failureOf(client.ecs.showServer('i-999')))).toBe(true);
    expect(await client.vpc.listVpcs({ vpcId: 'vpc-1' })).toHaveLength(1);
  });

  it('cannot be listed without permission, after one retry with a new token', async () => {
    await using emulator = await startEmulator({ seed });
    const [, credentialsOf] = kinds[0] ?? [];
    if (credentialsOf === undefined) throw new Error('no credentials');
    await using client = connect(emulator, credentialsOf(emulator));
    emulator.setDenied({ services: ['ecs'], as: 'code' });
    expect(isAccessDenied(await failureOf(client.ecs.listServers()))).toBe(true);
    const operations = emulator.calls().calls.map(({ operation }) => operation);
    expect(operations).toEqual(['GetToken', 'ListServers', 'GetToken', 'ListServers']);
  });

  it('are an empty list if the cloud hides a missing permission', async () => {
    await using emulator = await startEmulator({ seed });
    await using client = connect(
      emulator,
      tokenCredentials({ token: new Secret(emulator.credentials.token) }),
    );
    emulator.setDenied({ services: ['ecs', 'vpc'], as: 'empty' });
    expect(await client.ecs.listServers()).toMatchObject({ servers: [], complete: true });
    expect(await client.vpc.listVpcs()).toEqual([]);
  });
});
