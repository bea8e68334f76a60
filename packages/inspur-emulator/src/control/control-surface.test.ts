import { describe, expect, it } from '@jest/globals';
import { defaultAccount } from '../auth/account.ts';
import { Cloud } from '../cloud/cloud.ts';
import { seededRandom } from '../faults/random.ts';
import { ControlSurface } from './control-surface.ts';
import { CloudControls } from './controls.ts';

function bench() {
  const cloud = new Cloud({
    region: 'cn-north-3',
    accounts: [defaultAccount],
    now: () => 1_700_000_000_000,
    random: seededRandom(1),
    tokenLifetimeSeconds: 300,
    clockToleranceMs: 900_000,
    slbCreateMs: 0,
    slbDeleteMs: 0,
  });
  const controls = new CloudControls(cloud);
  controls.replaceState({
    slbs: [{ slbId: 'slb-1' }],
    listeners: [{ slbId: 'slb-1', listenerId: 'lst-1', protocol: 'TCP', port: 80 }],
  });
  return { controls, surface: new ControlSurface(controls) };
}

describe('invalid input to the control API is refused in one line and changes nothing', () => {
  it.each([
    ['PUT', 'state', '{', 400, 'body: invalid JSON'],
    ['PUT', 'state', [], 400, 'body: expected an object'],
    ['PUT', 'state', { slb: [] }, 400, 'slb: unknown field'],
    ['PUT', 'state', { slbs: {} }, 400, 'slbs: expected an array'],
    ['PUT', 'state', { slbs: [{}] }, 400, 'slbs.0.slbId: expected a string, got nothing'],
    [
      'PUT',
      'state',
      { slbs: [{ slbId: 'a' }, { slbId: 'a' }] },
      400,
      'slbs.1.slbId: "a" occurs twice',
    ],
    [
      'PUT',
      'state',
      { slbs: [{ slbId: 'a', scheme: 'public' }] },
      400,
      'slbs.0.scheme: expected "internet-facing" | "internal"',
    ],
    [
      'PATCH',
      'state',
      { listeners: [{ listenerId: 'lst-2', slbId: 'slb-1', protocol: 'HTTP', port: 80 }] },
      400,
      'used by lst-1',
    ],
    [
      'PATCH',
      'state',
      { listeners: [{ listenerId: 'lst-1', port: '80' }] },
      400,
      'listeners.0.port: expected an integer from 1 to 65535, got "80"',
    ],
    [
      'PATCH',
      'state',
      {
        members: [{ backendId: 'b', listenerId: 'lst-9', serverId: 'i', port: 1, serverIp: '::1' }],
      },
      400,
      'members.0.listenerId: "lst-9" does not exist',
    ],
    [
      'PUT',
      'state',
      { eips: [{ eipId: 'e' }, { eipId: 'e' }] },
      400,
      'eips.1.eipId: "e" occurs twice',
    ],
    ['PATCH', 'state', { routes: [{}] }, 400, 'routes.0.routeId'],
    [
      'PATCH',
      'state',
      { servers: [{ serverId: 'i', privateIps: '10.0.0.1' }] },
      400,
      'servers.0.privateIps: expected an array of strings',
    ],
    ['GET', 'calls?since=x', undefined, 400, 'since: expected a non-negative integer, got "x"'],
    ['PUT', 'faults', {}, 400, 'body: expected an array'],
    ['PUT', 'faults', [{}, { operaton: 'x' }], 400, '1.operaton: unknown field'],
    ['PUT', 'faults', [{ path: '(' }], 400, '0.path: expected a regular expression'],
    [
      'PUT',
      'faults',
      [{ probability: 2 }],
      400,
      '0.probability: expected a number from 0 to 1, got 2',
    ],
    ['PUT', 'faults', [{ reset: 'now' }], 400, '0.reset: expected "before" | "after", got "now"'],
    ['PUT', 'faults', [{ status: '500' }], 400, '0.status'],
    ['PUT', 'faults', [{ truncate: 'yes' }], 400, '0.truncate'],
    ['PUT', 'faults', [{ mutate: [] }], 400, '0.mutate'],
    ['PUT', 'latency', { ms: -1 }, 400, 'ms: expected a number from 0'],
    ['PUT', 'limits', { rate: 1 }, 400, 'rate: unknown field'],
    ['PUT', 'limits', { urlBytes: -1 }, 400, 'urlBytes: expected an integer of at least 0'],
    [
      'PUT',
      'member-rules',
      { unique: 'name' },
      400,
      'unique: expected "no" | "server" | "address"',
    ],
    ['PUT', 'member-rules', { perSlb: 1.5 }, 400, 'perSlb: expected an integer of at least 0'],
    ['PUT', 'member-rules', { quota: 3 }, 400, 'quota: unknown field'],
    ['PUT', 'tokens', { expireAll: 'yes' }, 400, 'expireAll: expected true | false'],
    ['PUT', 'denied', { services: ['dns'] }, 400, 'services: expected some of slb, ecs, vpc, eip'],
    ['PUT', 'hidden', { serverIds: 'i-1' }, 400, 'serverIds'],
    ['POST', 'state', {}, 405, 'allowed: GET state, PUT state, PATCH state'],
    ['GET', 'nothing', undefined, 404, 'PUT faults'],
  ])('for %s %s %j → %i %s', (method, control, body, status, part) => {
    const { surface, controls } = bench();
    const before = controls.state();
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = surface.handle(method, `/_emulator/${control}`, text ?? '');
    expect(answer).toEqual({ status, body: { message: expect.stringContaining(part) } });
    expect(JSON.stringify(answer.body)).not.toContain('\\n');
    expect(controls.state()).toEqual(before);
  });
});
