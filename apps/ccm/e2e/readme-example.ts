import { InspurClient, Secret, accessKeyCredentials } from '@k8s-ccm/inspur-sdk';

const credentials = accessKeyCredentials({ id: 'AKEXAMPLE', secret: new Secret('…') });
const client = new InspurClient({ region: 'cn-north-3', credentials });
for (const listener of await client.slb.listListeners('slb-example')) {
  console.log(listener.listenerName, listener.protocol, listener.port);
}
await client.close();
