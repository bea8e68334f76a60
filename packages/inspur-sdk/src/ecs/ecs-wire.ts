import { isIP } from 'node:net';
import { decode } from '@k8s-ccm/cloud-http';
import * as t from 'io-ts';
import { filledText, optionalText } from '../call/text-codecs.ts';
import type { RpcPage } from '../rpc/rpc-wire.ts';
import { rpcPageCodec } from '../rpc/rpc-wire.ts';
import { serverFields } from './ecs-assumed.ts';
import type { Server, ServerPage, SkippedServer } from './ecs.ts';

// Wire format of the cloud; field names are assumed. Decoding is strict if an error would cause harm (identity, state,
// addresses) and lenient otherwise: an unknown flavor must not make a server unreadable.

const ip = new t.Type<string, unknown>(
  'an IP address or empty text',
  t.string.is,
  (value, context) => {
    if (value === undefined || value === null) return t.success('');
    const isAddress = typeof value === 'string' && (value === '' || isIP(value) !== 0);
    return isAddress ? t.success(value) : t.failure(value, context);
  },
  t.identity,
);

const ips = (mayBeMissing: boolean) =>
  new t.Type<readonly string[], unknown>(
    'a list of IP addresses',
    (value): value is readonly string[] => Array.isArray(value),
    (value, context) => {
      if (value === null || (mayBeMissing && value === undefined)) return t.success([]);
      const all: unknown[] | undefined = Array.isArray(value) ? value : undefined;
      const addresses = all?.filter((one) => typeof one === 'string' && isIP(one) !== 0);
      return addresses !== undefined && addresses.length === all?.length
        ? t.success(addresses.map(String))
        : t.failure(value, context);
    },
    t.identity,
  );

const ServerWire = t.strict(
  {
    serverId: filledText,
    serverName: t.string,
    hostName: optionalText,
    status: filledText,
    flavorName: optionalText,
    regionId: optionalText,
    availabilityZone: optionalText,
    vpcId: optionalText,
    subnetId: optionalText,
    // A server without a private address has an empty list. If the field is missing, its addresses are unknown.
    privateIps: ips(false),
    eipAddress: ip,
    ipv6Addresses: ips(true),
  },
  'server',
);

/** Decodes a list of servers, without its entries. */
export const serverPageCodec: t.Decoder<unknown, RpcPage> = rpcPageCodec(serverFields);

/** Decodes the entries of a page individually: an invalid entry does not hide the others. */
export function readServers({ entries, total }: RpcPage): ServerPage {
  const servers: Server[] = [];
  const skipped: SkippedServer[] = [];
  for (const entry of entries) {
    const decoded = decode(ServerWire, entry);
    if (decoded.ok) servers.push(decoded.value);
    else skipped.push({ serverId: readableId(entry), reason: decoded.issues.join('; ') });
  }
  return { servers, skipped, total };
}

function readableId(entry: unknown): string {
  if (typeof entry !== 'object' || entry === null || !('serverId' in entry)) return '';
  return typeof entry.serverId === 'string' ? entry.serverId : '';
}
