import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { monotonicMs } from './monotonic-ms.ts';
import { Sandbox } from './sandbox.ts';
import { until } from './until.ts';

/** From the signal to the exit, with work in flight. */
const stopLimitMs = 2000;

describe('ccm asked to stop while it works', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await Sandbox.start();
    await sandbox.addNode('node-a');
    await sandbox.addNode('node-b');
  }, 300_000);
  afterAll(() => sandbox.stop(), 60_000);

  it.each([
    ['without an election', ['--leader-elect=false']],
    ['with the lease', ['--leader-elect=true']],
  ])(
    '%s ends with 0 within two seconds, and the next start finishes what was begun',
    async (_how, args) => {
      const round = args.join('').replaceAll(/\W/g, '');
      const services = await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const ip = `10.9.${round.length}.${index + 1}`;
          return { name: `${round}-${index}`, ip, slbId: await sandbox.addSlb({ businessIp: ip }) };
        }),
      );
      await sandbox.cloud.setLatency({ ms: 400, jitterMs: 100 });
      const mark = await sandbox.mark();
      const first = await sandbox.startCcm({ args });
      for (const { name, slbId } of services) {
        await sandbox.addService(name, { slbId, ports: [{ port: 80 }, { port: 443 }] });
      }
      await until('some listeners are made, and more are to be', async () => {
        const made = (await sandbox.changesSince(mark)).filter((name) => name === 'CreateListener');
        return made.length >= 4;
      });

      const askedAt = monotonicMs();
      expect(await first.stop()).toEqual({ code: 0, signal: null });
      expect(monotonicMs() - askedAt).toBeLessThan(stopLimitMs);

      await sandbox.cloud.setLatency({});
      const unfinished = await Promise.all(services.map(({ name }) => sandbox.service(name)));
      expect(unfinished.some(({ status }) => status.loadBalancer.ingress === undefined)).toBe(true);
      const second = await sandbox.startCcm({ args });
      for (const { name, ip, slbId } of services) {
        await sandbox.addresses(name, [ip]);
        await sandbox.listening(slbId, ['TCP/80', 'TCP/443']);
        await sandbox.serving(slbId, ['i-node-a', 'i-node-b']);
      }
      expect(await second.stop()).toEqual({ code: 0, signal: null });
    },
    120_000,
  );
});
