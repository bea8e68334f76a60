import { runs } from '@k8s-ccm/foundation/testing';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { ServiceError } from '../service/service-error.ts';
import { portKey, CloudState } from '../state/cloud-state.ts';
import { SlbService } from './slb-service.ts';

const slbIds = ['slb-1', 'slb-2', 'slb-strange'];
const protocols = ['TCP', 'UDP', 'HTTP'];

function newState(): CloudState {
  return new CloudState({ region: 'cn-north-3', userId: 'user-1' }, () => 0);
}

interface Step {
  readonly kind: 'create' | 'update' | 'delete' | 'add' | 'remove' | 'change';
  readonly slb: number;
  readonly pick: number;
  readonly protocol: number;
  readonly port: number;
  readonly bad: boolean;
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('create', 'update', 'delete', 'add', 'remove', 'change'),
    slb: fc.nat(slbIds.length - 1),
    pick: fc.nat(9),
    protocol: fc.nat(protocols.length - 1),
    port: fc.integer({ min: 80, max: 83 }),
    bad: fc.boolean(),
  }),
  { maxLength: 40 },
);

/** Performs a step on the objects in the state. Returns the status of the response. */
function take(service: SlbService, state: CloudState, step: Step): number {
  const slbId = slbIds[step.slb] ?? '';
  const { listeners, members } = state.snapshot();
  const listenerId = listeners[step.pick % Math.max(1, listeners.length)]?.listenerId ?? 'none';
  const backendId = members[step.pick % Math.max(1, members.length)]?.backendId ?? 'none';
  const listener = {
    listenerName: 'l',
    protocol: protocols[step.protocol],
    port: step.port,
    forwardRule: 'RR',
  };
  const member = { serverId: 'i', port: step.port, serverIp: step.bad ? 'no' : '10.0.0.1' };
  const one = `/${slbId}/listeners/${listenerId}`;
  const wishes = {
    create: ['POST', `/${slbId}/listeners/`, listener],
    update: ['PUT', one, listener],
    delete: ['DELETE', one, undefined],
    add: ['POST', `${one}/members`, [{ ...member, serverIp: '10.0.0.2' }, member]],
    remove: ['DELETE', `${one}/members`, step.bad ? [backendId, 'none'] : [backendId]],
    change: ['PUT', `${one}/members/${backendId}`, { weight: step.bad ? -1 : step.pick }],
  } as const;
  const [method, path, wish] = wishes[step.kind];
  const query = new URLSearchParams(
    step.kind === 'remove' ? { backendIdList: JSON.stringify(wish) } : {},
  );
  try {
    return service.handle({
      method,
      path,
      query,
      body: JSON.stringify(wish) ?? '',
      userId: 'user-1',
    }).status;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return error.status;
  }
}

describe('the SLB service', () => {
  it('changes nothing when it refuses a call, keeps counts and ports consistent, and never changes other accounts', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        const state = newState();
        state.replace({
          slbs: [{ slbId: 'slb-1' }, { slbId: 'slb-2' }, { slbId: 'slb-strange', userId: 'other' }],
          listeners: [{ slbId: 'slb-strange', listenerId: 'stranger', protocol: 'TCP', port: 80 }],
        });
        const service = new SlbService(state, { region: 'cn-north-3', now: () => 0 });
        for (const step of taken) {
          const before = state.snapshot();
          const status = take(service, state, step);
          const after = state.snapshot();
          expect(status >= 400 ? after : before).toEqual(before);
          for (const { slbId, listenerCount } of after.slbs) {
            const own = after.listeners.filter((listener) => listener.slbId === slbId);
            expect(own).toHaveLength(listenerCount);
            expect(new Set(own.map(portKey)).size).toBe(own.length);
          }
          expect(after.listeners.find(({ listenerId }) => listenerId === 'stranger')).toEqual(
            before.listeners.find(({ listenerId }) => listenerId === 'stranger'),
          );
        }
        const copy = newState();
        copy.replace(JSON.parse(JSON.stringify(state.snapshot())));
        expect(copy.snapshot()).toEqual(state.snapshot());
      }),
      { numRuns: runs(200) },
    );
  });
});
