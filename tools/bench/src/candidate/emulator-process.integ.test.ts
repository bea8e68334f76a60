import { describe, expect, it } from '@jest/globals';
import { CloudControl } from '../scenario/cloud-control.ts';
import { readGreeting, startEmulatorProcess } from './emulator-process.ts';

describe('an emulator as a process', () => {
  it('tells where it is, takes a seed, and records calls', async () => {
    const { signal } = new AbortController();
    await using emulator = await startEmulatorProcess();
    const cloud = new CloudControl(emulator.url);
    await cloud.replace({ slbs: [{ slbId: 'slb-1' }] }, signal);
    await cloud.setLatency(1, signal);
    await fetch(`${emulator.slbUrl}?slbId=slb-1`);
    await cloud.readCalls(signal);
    await cloud.readCalls(signal);
    expect(cloud.calls.map(({ operation, status }) => [operation, status])).toEqual([
      ['GetLoadBalancer', 401],
    ]);
    expect((await cloud.state(signal)).slbs).toHaveLength(1);
    expect(emulator.keycloak.clientSecret).not.toBe('');
  });

  it('says why a control was refused', async () => {
    await using emulator = await startEmulatorProcess();
    const cloud = new CloudControl(emulator.url);
    await expect(cloud.setLatency(-1, new AbortController().signal)).rejects.toThrow(
      'the emulator refused PUT latency',
    );
  });
});

describe('readGreeting', () => {
  it('names what is missing', () => {
    expect(() => readGreeting('listening on http://e\n')).toThrow('region');
  });
});
