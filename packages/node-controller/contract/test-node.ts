import type { Node, NodeAddress, Taint } from '@k8s-ccm/cloud-provider';

/** The taint that kubelet puts on a Node of a cloud. */
export const uninitialized: Taint = {
  key: 'node.cloudprovider.kubernetes.io/uninitialized',
  value: 'true',
  effect: 'NoSchedule',
};

/** How a test makes a Node. */
export interface NewNode {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly providerID?: string;
  /** Default: the uninitialized taint. */
  readonly taints?: readonly Taint[];
  /** What kubelet says; default none. */
  readonly addresses?: readonly NodeAddress[];
}

/** The addresses as `type address`, in their order. */
export function addressesOf({ status }: Node): readonly string[] {
  return (status?.addresses ?? []).map(({ type, address }) => `${type} ${address}`);
}
