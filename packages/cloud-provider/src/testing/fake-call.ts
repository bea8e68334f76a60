import type { InstanceMetadata } from '../instances.ts';
import type { LoadBalancerStatus, Node, NodeAddress, Service } from '../kubernetes-types.ts';
import type { Zone } from '../legacy-instances.ts';
import type { PlannedStep, ServiceReport } from '../load-balancer.ts';
import type { Route } from '../routes.ts';

/** What each operation of the fake gives, by the name under which its calls are recorded (contract.md#fake-provider). */
export interface FakeResults {
  /** `loadBalancer.ensure`; `undefined` is what a careless provider may give (contract.md#case-94). */
  readonly create: LoadBalancerStatus | undefined;
  /** `loadBalancer.update`. */
  readonly update: void;
  /** `loadBalancer.ensureDeleted`. */
  readonly delete: void;
  /** `loadBalancer.get`. */
  readonly get: LoadBalancerStatus | undefined;
  /** `loadBalancer.plan`. */
  readonly plan: readonly PlannedStep[];
  readonly 'instance-exists': boolean;
  readonly 'instance-shutdown': boolean;
  /** `instances.metadata`. */
  readonly 'instance-metadata-by-provider-id': InstanceMetadata | undefined;
  readonly 'node-addresses': readonly NodeAddress[];
  readonly 'node-addresses-by-provider-id': readonly NodeAddress[];
  readonly 'instance-id': string;
  readonly 'instance-type': string;
  readonly 'instance-type-by-provider-id': string;
  readonly 'instance-exists-by-provider-id': boolean;
  readonly 'instance-shutdown-by-provider-id': boolean;
  readonly 'get-zone': Zone;
  readonly 'get-zone-by-provider-id': Zone;
  readonly 'get-zone-by-node-name': Zone;
  readonly 'list-routes': readonly Route[];
  readonly 'create-route': void;
  readonly 'delete-route': void;
}

/** The name of an operation in the record. */
export type FakeOperation = keyof FakeResults;

/** What the caller passed, as it was. Objects are not copied. */
export interface FakeArguments {
  readonly signal: AbortSignal;
  readonly clusterName?: string;
  readonly service?: Service;
  readonly nodes?: readonly Node[];
  readonly node?: Node;
  /** The Node's name, on calls that get no more of it. */
  readonly nodeName?: string;
  readonly providerID?: string;
  readonly route?: Route;
  readonly nameHint?: string;
  /** Shows an Event on the Service, on load balancer calls. */
  readonly report?: (report: ServiceReport) => void;
}

/** One recorded call. Absent fields are those that the operation does not have. */
export interface FakeCall {
  readonly operation: FakeOperation;
  /** 1 for the first call of the provider, 2 for the next … */
  readonly order: number;
  /** Live: changes when the call ends. */
  readonly state: 'running' | 'returned' | 'threw';
  readonly clusterName?: string;
  readonly service?: { readonly namespace: string; readonly name: string; readonly uid: string };
  /** Names of the Nodes handed over, in their order. */
  readonly nodeNames?: readonly string[];
  /** The Node's name. */
  readonly node?: string;
  readonly providerID?: string;
  readonly route?: Route;
  readonly nameHint?: string;
  readonly arguments: FakeArguments;
}

/** Which calls are meant; every given field must match. */
export interface FakeTarget {
  /** `namespace/name`. */
  readonly service?: string;
  /** A Node's name. */
  readonly node?: string;
  readonly providerID?: string;
}

/** Whether the call is about the target. */
export function isAbout(call: FakeCall, { service, node, providerID }: FakeTarget): boolean {
  return (
    (service === undefined || serviceKey(call) === service) &&
    (node === undefined || call.node === node) &&
    (providerID === undefined || call.providerID === providerID)
  );
}

function serviceKey({ service }: FakeCall): string | undefined {
  return service && `${service.namespace}/${service.name}`;
}
