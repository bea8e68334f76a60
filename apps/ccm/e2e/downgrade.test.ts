import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmulator } from '@k8s-ccm/inspur-emulator';
import { describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../../..');
const script = 'docs/guides/rename-listeners.mjs';
const run = promisify(execFile);

const own = {
  slbId: 'slb-1',
  listenerId: 'own',
  listenerName: 'k8s_1234abcd00124034_TCP_80',
  protocol: 'TCP',
  port: 80,
  forwardRule: 'WRR',
  isHealthCheck: '1',
  typeHealthCheck: 'http',
  portHealthCheck: 8080,
  periodHealthCheck: 30,
  timeoutHealthCheck: 5,
  maxHealthCheck: 3,
  domainHealthCheck: 'example.com',
  pathHealthCheck: '/healthz',
} as const;
const others = [
  'web',
  'listener_30080_0',
  'k8s_1234abcd_TCP_83',
  'k8s_1234abcd00124034_TCP_84_1',
].map(
  (listenerName, index) =>
    ({
      slbId: 'slb-1',
      listenerId: `other-${index}`,
      listenerName,
      protocol: 'TCP',
      port: 81 + index,
    }) as const,
);
const members = [
  { backendId: 'b-1', listenerId: 'own', serverId: 'ecs-n1', serverIp: '192.168.0.1', port: 30080 },
];

describe('the way back to version 0.1', () => {
  it('is described with the script that the upgrade guide tells to run', async () => {
    expect(await readFile(join(root, 'docs/guides/upgrade.md'), 'utf8')).toContain(
      `node --conditions=@k8s-ccm/source ${script} slb-example`,
    );
  });

  it('gives our listeners the names of version 0.1, and changes nothing else', async () => {
    await using emulator = await startEmulator({
      seed: {
        slbs: [{ slbId: 'slb-1', businessIp: '10.0.0.1' }],
        servers: [{ serverId: 'ecs-n1', serverName: 'n1' }],
        listeners: [own, ...others],
        members,
      },
    });
    const folder = await mkdtemp(join(tmpdir(), 'downgrade-'));
    try {
      const secretFile = join(folder, 'secret-key');
      await writeFile(secretFile, `${emulator.credentials.accessKey.secret}\n`);
      const before = emulator.state();
      const { stdout } = await run(
        process.execPath,
        ['--conditions=@k8s-ccm/source', script, 'slb-1'],
        {
          cwd: root,
          env: {
            ...process.env,
            INSPUR_REGION: emulator.region,
            INSPUR_ACCESS_KEY_ID: emulator.credentials.accessKey.id,
            INSPUR_SECRET_KEY_FILE: secretFile,
            INSPUR_SLB_URL: emulator.slbUrl,
          },
        },
      );
      expect(stdout).toBe('slb-1: k8s_1234abcd00124034_TCP_80 -> k8s_1234abcd_TCP_80\n');
      const listeners = before.listeners.map((listener) =>
        listener.listenerId === 'own'
          ? { ...listener, listenerName: 'k8s_1234abcd_TCP_80' }
          : listener,
      );
      expect(emulator.state()).toEqual({ ...before, listeners });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
