import type { CloudClient } from '@k8s-ccm/cloud-http';
import { field } from '@k8s-ccm/cloud-http';
import { pageQuery } from './rpc-assumed.ts';
import { rpcPageCodec } from './rpc-wire.ts';
import type { CallOptions } from './slb.ts';
import { vpcFields, vpcQuery, vpcVersion } from './vpc-assumed.ts';
import type { Vpc, VpcClient } from './vpc.ts';

/** Most pages of one list: a server that never ends must not keep us for ever. */
const mostPages = 1000;

const pageCodec = rpcPageCodec(vpcFields);

/** The VPC API over HTTP. inspur.md §4. */
export class VpcApi implements VpcClient {
  readonly #client: CloudClient;
  readonly #url: string;

  /** `client` signs as the RPC style wants it. */
  constructor(options: { readonly client: CloudClient; readonly url: string }) {
    this.#client = options.client;
    this.#url = options.url;
  }

  async listVpcs(
    { vpcId }: { readonly vpcId?: string } = {},
    options?: CallOptions,
  ): Promise<readonly Vpc[]> {
    const operation = 'ListVPCs';
    const common = { Action: operation, Version: vpcVersion, Format: 'json', ...vpcQuery(vpcId) };
    const vpcs = new Map<string, Vpc>();
    for (let page = 1; page <= mostPages; page += 1) {
      const query = { ...common, ...pageQuery(page) };
      const answer = await this.#client.call(
        { operation, method: 'GET', url: this.#url, query, answer: pageCodec },
        options,
      );
      const before = vpcs.size;
      for (const vpc of answer.entries.flatMap(readVpc)) vpcs.set(vpc.vpcId, vpc);
      // The end is where nothing new comes, or where there is nothing more to want.
      const isWhole = answer.total !== undefined && vpcs.size >= answer.total;
      if (vpcs.size === before || isWhole || (vpcId !== undefined && vpcs.has(vpcId))) break;
    }
    const all = [...vpcs.values()];
    return vpcId === undefined ? all : all.filter((vpc) => vpc.vpcId === vpcId);
  }
}

/** An entry without an id is no VPC that anybody could name. */
function readVpc(entry: unknown): readonly Vpc[] {
  const vpcId = field(entry, 'vpcId');
  return vpcId === '' ? [] : [{ vpcId, vpcName: field(entry, 'vpcName') }];
}
