// Gives the listeners on some SLBs the names of version 0.1. See upgrade.md.
import { readFileSync } from 'node:fs';
import { InspurClient, Secret, accessKeyCredentials } from '@k8s-ccm/inspur-sdk';

const { INSPUR_REGION, INSPUR_ACCESS_KEY_ID, INSPUR_SECRET_KEY_FILE, INSPUR_SLB_URL } = process.env;
const client = new InspurClient({
  region: INSPUR_REGION,
  credentials: accessKeyCredentials({
    id: INSPUR_ACCESS_KEY_ID,
    secret: new Secret(readFileSync(INSPUR_SECRET_KEY_FILE, 'utf8').trim()),
  }),
  endpoints: INSPUR_SLB_URL === undefined ? {} : { slb: INSPUR_SLB_URL },
});
const newName = /^k8s_(?<digits>[0-9a-f]{8})[0-9a-f]{8}_(?<port>(?:TCP|UDP)_[1-9]\d*)$/;
try {
  for (const slbId of process.argv.slice(2)) {
    for (const listener of await client.slb.listListeners(slbId)) {
      const { listenerId, listenerName, protocol, port, forwardRule, healthCheck } = listener;
      const parts = newName.exec(listenerName)?.groups;
      if (parts === undefined) continue;
      const oldName = `k8s_${parts.digits}_${parts.port}`;
      const spec = { listenerName: oldName, protocol, port, forwardRule, healthCheck };
      await client.slb.updateListener(slbId, listenerId, spec);
      console.log(`${slbId}: ${listenerName} -> ${oldName}`);
    }
  }
} finally {
  await client.close();
}
