import * as t from 'io-ts';
import { field } from '@k8s-ccm/cloud-http';
import { isEmptyCode } from './rpc-assumed.ts';

/** One page of a list in the RPC style. Its entries are not decoded. */
export interface RpcPage {
  readonly entries: readonly unknown[];
  /** Total number of entries; `undefined` if the cloud omits it. */
  readonly total: number | undefined;
}

/**
 * Creates a codec of the envelope `RequestId, Code, Data, Message` around a list. A missing list is empty if the code
 * says so; otherwise, decoding fails: missing data must not look like an empty list. See inspur-api.md#rpc-style.
 */
export function rpcPageCodec(names: {
  readonly entries: string;
  readonly total: string;
}): t.Decoder<unknown, RpcPage> {
  const read = (value: unknown): RpcPage | undefined => {
    const data = member(value, 'Data');
    const entries = member(data, names.entries);
    const total = field(data, names.total);
    const isTotal = /^\d{1,15}$/.test(total);
    if (Array.isArray(entries)) return { entries, total: isTotal ? Number(total) : undefined };
    const isEmpty = entries === undefined || entries === null;
    return isEmpty && isEmptyCode(field(value, 'Code', 'code'))
      ? { entries: [], total: undefined }
      : undefined;
  };
  return new t.Type<RpcPage, unknown>(
    `response with Data.${names.entries}`,
    (_value): _value is RpcPage => false,
    (value, context) => {
      const page = read(value);
      return page === undefined ? t.failure(value, context) : t.success(page);
    },
    t.identity,
  );
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(name);
}
