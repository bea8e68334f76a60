import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runReadmeExample } from '@k8s-ccm/foundation/testing';
import { startEmulator } from '@k8s-ccm/inspur-emulator';

const listener = { slbId: 'slb-1', listenerId: 'listener-1', protocol: 'TCP', port: 80 } as const;
const member = {
  backendId: 'backend-1',
  listenerId: 'listener-1',
  serverId: 'i-1',
  serverIp: '10.0.0.1',
  port: 30080,
};

describe('the example of the README', () => {
  it.each([
    [
      'lists the members of each listener',
      { slbs: [{ slbId: 'slb-1' }], listeners: [listener], members: [member] },
      'TCP 80: 1 members\n',
    ],
    ['reports a missing load balancer', {}, 'The load balancer does not exist.\n'],
  ])('%s', async (_, seed, stdout) => {
    await using emulator = await startEmulator({ seed });
    const run = await runReadmeExample(join(import.meta.dirname, '..'), {
      KEYCLOAK_URL: emulator.credentials.keycloak.url,
      CLIENT_SECRET: emulator.credentials.keycloak.clientSecret,
      SLB_URL: emulator.slbUrl,
    });
    expect(run).toMatchObject({ code: 0, stderr: '', stdout });
    expect(run.lines).toBeLessThan(30);
  });
});
