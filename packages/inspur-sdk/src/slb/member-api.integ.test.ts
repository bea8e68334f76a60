import { describe, expect, it } from '@jest/globals';
import { Secret, systemClock } from '@k8s-ccm/cloud-http';
import type { Emulator } from '@k8s-ccm/inspur-emulator';
import { startEmulator } from '@k8s-ccm/inspur-emulator';
import { tokenCredentials } from '../auth/token-credentials.ts';
import { maxUrlBytes } from '../call/url-chunks.ts';
import type { InspurClientOptions } from '../inspur-client.ts';
import { InspurClient } from '../inspur-client.ts';
import { failureOf } from '../testing/vpc-cloud.ts';
import type { MemberSpec } from './member.ts';
import { maxAddedMembers } from './slb-assumed.ts';
import {
  isBackendNotFound,
  isListenerNotFound,
  isQuotaExceeded,
  isServerNotFound,
} from './slb-error-predicates.ts';

const seed = {
  slbs: [{ slbId: 'slb-1' }],
  listeners: [{ slbId: 'slb-1', listenerId: 'l-1', protocol: 'TCP', port: 80 }],
} as const;

function connect(emulator: Emulator, options: Partial<InspurClientOptions> = {}): InspurClient {
  return new InspurClient({
    region: emulator.region,
    endpoints: { slb: emulator.slbUrl, ecs: emulator.ecsUrl },
    credentials: tokenCredentials({ token: new Secret(emulator.credentials.token) }),
    clock: { ...systemClock, sleep: () => Promise.resolve() },
    ...options,
  });
}

function membersOf(count: number): readonly MemberSpec[] {
  return Array.from({ length: count }, (_, index) => ({
    serverId: `server-with-an-id-of-some-length-${index}`,
    serverName: `node-${index}`,
    serverIp: `10.0.${index >> 8}.${index & 255}`,
    port: 30080,
    type: 'ECS',
    weight: 10,
  }));
}

const callsOf = (emulator: Emulator, wanted: string) =>
  emulator.calls().calls.filter(({ operation }) => operation === wanted);

describe('many members of one listener', () => {
  it('are added by calls of at most 100 members, and removed by URLs of at most 4 KiB', async () => {
    await using emulator = await startEmulator({ seed });
    await using client = connect(emulator);
    const wanted = membersOf(1199);
    const { added, named, failures } = await client.slb.members.add('slb-1', 'l-1', wanted);
    expect([added, failures]).toEqual([wanted, []]);
    expect(named).toMatchObject(wanted);
    expect(callsOf(emulator, 'AddMembers')).toHaveLength(Math.ceil(1199 / maxAddedMembers));
    await client.slb.members.remove(
      'slb-1',
      'l-1',
      named.map(({ backendId }) => backendId),
    );
    expect(emulator.state().members).toEqual([]);
    const paths = callsOf(emulator, 'RemoveMembers').map(({ path }) => path.length);
    expect(paths.length).toBeGreaterThan(1);
    expect(Math.max(...paths)).toBeLessThanOrEqual(maxUrlBytes);
  });

  it('are reported if their call is refused, and the other calls are still made', async () => {
    const wanted = membersOf(250);
    const servers = wanted.filter((_, index) => index !== 120);
    await using emulator = await startEmulator({ seed: { ...seed, servers } });
    await using client = connect(emulator);
    const { added, failures } = await client.slb.members.add('slb-1', 'l-1', wanted);
    expect(added).toEqual([...wanted.slice(0, 100), ...wanted.slice(200)]);
    expect(failures.map(({ members }) => members)).toEqual([wanted.slice(100, 200)]);
    expect(isServerNotFound(failures[0]?.error)).toBe(true);
  });

  it('are added in the order of the list up to the quota', async () => {
    await using emulator = await startEmulator({ seed, memberRules: { perListener: 210 } });
    await using client = connect(emulator);
    const wanted = membersOf(250);
    const { added, failures } = await client.slb.members.add('slb-1', 'l-1', wanted);
    expect(added).toEqual(wanted.slice(0, 200));
    expect(failures).toMatchObject([{ members: wanted.slice(200) }]);
    expect(isQuotaExceeded(failures[0]?.error)).toBe(true);
  });

  it('are removed by the other calls if one call fails, and its error is thrown at the end', async () => {
    await using emulator = await startEmulator({ seed });
    await using client = connect(emulator);
    const { named } = await client.slb.members.add('slb-1', 'l-1', membersOf(600));
    const ids = named.map(({ backendId }) => backendId);
    emulator.setFaults([{ operation: 'RemoveMembers', code: '107.203500', times: 1 }]);
    const error = await failureOf(client.slb.members.remove('slb-1', 'l-1', ids));
    expect(error).toMatchObject({ name: 'CloudApiError', apiCode: '107.203500' });
    const left = emulator.state().members.length;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(600);
    await client.slb.members.remove('slb-1', 'l-1', ids);
    expect(emulator.state().members).toEqual([]);
  });

  it('do not wait for each call if the cloud does not respond', async () => {
    await using emulator = await startEmulator({ seed });
    await using client = connect(emulator, { timeoutMs: 50 });
    emulator.setFaults([{ delayMs: 3_600_000 }]);
    const { added, failures } = await client.slb.members.add('slb-1', 'l-1', membersOf(250));
    expect(added).toEqual([]);
    expect(failures.map(({ members }) => members.length)).toEqual([100, 100, 50]);
    expect(failures).toMatchObject([1, 2, 3].map(() => ({ error: { code: 'CLOUD_TIMEOUT' } })));
    expect(callsOf(emulator, 'AddMembers')).toHaveLength(1);
  });

  it('are removed with one error that contains each reason once and is recognized by its code', async () => {
    await using emulator = await startEmulator({ seed });
    await using client = connect(emulator);
    const ids = Array.from({ length: 600 }, (_, index) => `backend-${index}`);
    const error = await failureOf(client.slb.members.remove('slb-1', 'l-9', ids));
    expect(error).toBeInstanceOf(AggregateError);
    expect(isListenerNotFound(error)).toBe(true);
    expect(isBackendNotFound(error)).toBe(false);
    expect(String(error)).toMatch(/^AggregateError: RemoveMembers: /);
    expect(String(error).split('RemoveMembers').length).toBe(2);
  });
});
