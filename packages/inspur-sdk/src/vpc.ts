import type { CallOptions } from './slb.ts';

/** A virtual private cloud, as far as it is used. inspur.md §4; names of fields assumed. */
export interface Vpc {
  readonly vpcId: string;
  /** Empty where the cloud gives none. */
  readonly vpcName: string;
}

/** Virtual Private Cloud. Every method throws a `CloudError` where the call failed. inspur.md §4. */
export interface VpcClient {
  /** All VPCs of the account and region, page by page; with `vpcId`, that one alone. */
  listVpcs(filter?: { readonly vpcId?: string }, options?: CallOptions): Promise<readonly Vpc[]>;
}
