import { NotImplementedError } from '../errors.ts';
import type { NodeCallOptions } from '../instances.ts';
import type { NodeAddress } from '../kubernetes-types.ts';
import type { LegacyInstances, Zone, Zones } from '../legacy-instances.ts';
import type { Perform } from './perform.ts';

const nowhere: Zone = { failureDomain: '', region: '' };

/** A running server behind every Node, in the older form: its id is the Node's name, it has no addresses and no type. */
export class FakeLegacyInstances implements LegacyInstances {
  readonly #perform: Perform;

  constructor(perform: Perform) {
    this.#perform = perform;
  }

  nodeAddresses(nodeName: string, { signal }: NodeCallOptions): Promise<readonly NodeAddress[]> {
    return this.#perform('node-addresses', { signal, nodeName }, () => []);
  }

  nodeAddressesByProviderID(
    providerID: string,
    { signal }: NodeCallOptions,
  ): Promise<readonly NodeAddress[]> {
    return this.#perform('node-addresses-by-provider-id', { signal, providerID }, () => []);
  }

  instanceID(nodeName: string, { signal }: NodeCallOptions): Promise<string> {
    return this.#perform('instance-id', { signal, nodeName }, () => nodeName);
  }

  instanceType(nodeName: string, { signal }: NodeCallOptions): Promise<string> {
    return this.#perform('instance-type', { signal, nodeName }, () => '');
  }

  instanceTypeByProviderID(providerID: string, { signal }: NodeCallOptions): Promise<string> {
    return this.#perform('instance-type-by-provider-id', { signal, providerID }, () => '');
  }

  async addSSHKeyToAllInstances(): Promise<void> {
    throw new NotImplementedError();
  }

  async currentNodeName(hostname: string): Promise<string> {
    return hostname;
  }

  instanceExistsByProviderID(providerID: string, { signal }: NodeCallOptions): Promise<boolean> {
    return this.#perform('instance-exists-by-provider-id', { signal, providerID }, () => true);
  }

  instanceShutdownByProviderID(providerID: string, { signal }: NodeCallOptions): Promise<boolean> {
    return this.#perform('instance-shutdown-by-provider-id', { signal, providerID }, () => false);
  }
}

/** No zone and no region for any Node. */
export class FakeZones implements Zones {
  readonly #perform: Perform;

  constructor(perform: Perform) {
    this.#perform = perform;
  }

  getZone({ signal }: NodeCallOptions): Promise<Zone> {
    return this.#perform('get-zone', { signal }, () => nowhere);
  }

  getZoneByProviderID(providerID: string, { signal }: NodeCallOptions): Promise<Zone> {
    return this.#perform('get-zone-by-provider-id', { signal, providerID }, () => nowhere);
  }

  getZoneByNodeName(nodeName: string, { signal }: NodeCallOptions): Promise<Zone> {
    return this.#perform('get-zone-by-node-name', { signal, nodeName }, () => nowhere);
  }
}
