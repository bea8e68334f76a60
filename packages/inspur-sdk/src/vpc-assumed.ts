// Everything about the VPC API that no public source gives, in one place; for what it shares with ECS, see
// rpc-assumed.ts. Whoever has an account corrects it here.

/** [assumed] The version of the VPC API: that of ECS. */
export const vpcVersion = '2019-01-31';

/** [assumed] How the list of VPCs is narrowed down. */
export function vpcQuery(vpcId: string | undefined): Readonly<Record<string, string>> {
  return vpcId === undefined ? {} : { vpcId };
}

/** [assumed] Where in `Data` the entries and their number on all pages are. */
export const vpcFields = { entries: 'vpcs', total: 'total' } as const;
