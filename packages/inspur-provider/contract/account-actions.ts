import type { CloudFault } from '../src/testing/cloud-faults.ts';

/** What people do to listeners that are theirs. */
export type PeoplesAction =
  | {
      readonly kind: 'add';
      readonly slbId: string;
      readonly protocol: 'TCP' | 'UDP' | 'HTTP';
      readonly port: number;
      readonly name: string;
    }
  | { readonly kind: 'change'; readonly which: number; readonly forwardRule: 'RR' | 'WRR' | 'LC' }
  | { readonly kind: 'remove'; readonly which: number }
  | { readonly kind: 'add-member'; readonly which: number; readonly serverId: string };

/** What a user asks of a Service; its SLB is given by its place among those that the Service may name. */
export interface ServiceEdit {
  readonly slb: number;
  readonly ports: readonly { readonly protocol: 'TCP' | 'UDP'; readonly port: number }[];
  readonly mode: 'service' | 'node-port' | 'both';
  readonly checksHealth: boolean;
  readonly flaw: 'none' | 'bad-value';
}

/** One thing that happens in an account. Services and clusters are given by their place in the list of all. */
export type AccountAction =
  | { readonly kind: 'edit'; readonly service: number; readonly edit: ServiceEdit }
  | { readonly kind: 'ensure'; readonly services: readonly number[] }
  | { readonly kind: 'nodes'; readonly cluster: number; readonly nodes: readonly number[] }
  | { readonly kind: 'type'; readonly service: number }
  | { readonly kind: 'delete'; readonly service: number }
  | { readonly kind: 'create'; readonly service: number; readonly edit: ServiceEdit }
  | { readonly kind: 'abandon'; readonly service: number; readonly slb: number }
  | { readonly kind: 'restart'; readonly cluster: number }
  | { readonly kind: 'crash'; readonly services: readonly number[]; readonly calls: number }
  | { readonly kind: 'wait'; readonly cluster: number }
  | {
      readonly kind: 'fault';
      readonly operation: string;
      readonly fault: CloudFault;
      readonly after: number;
      readonly times: number;
    }
  | { readonly kind: 'people'; readonly action: PeoplesAction }
  | { readonly kind: 'owner'; readonly slb: number; readonly isForeign: boolean }
  | { readonly kind: 'slb-goes'; readonly slb: number };
