import type { CcmProcess } from './ccm-process.ts';
import type { Sandbox } from './sandbox.ts';

let serial = 0;

/**
 * Starts `ccm`, and waits until it has worked on all Services that existed. It takes one Service after
 * another: when the first of two is served, all that existed are queued, and the second comes after them.
 */
export async function startSettledCcm(sandbox: Sandbox): Promise<CcmProcess> {
  const ccm = await sandbox.startCcm({ args: ['--concurrent-service-syncs=1'] });
  for (let turn = 0; turn < 2; turn += 1) {
    serial += 1;
    const businessIp = `10.0.100.${serial}`;
    const slbId = await sandbox.addSlb({ businessIp });
    await sandbox.addService(`turn-${serial}`, { slbId });
    await sandbox.addresses(`turn-${serial}`, [businessIp]);
  }
  return ccm;
}
