import type { CloudRequest } from '@k8s-ccm/cloud-http';
import { urlText } from '@k8s-ccm/cloud-http';

/** Maximum size of a request URL in bytes. Common gateways accept 8 KiB, some only 4 KiB. */
export const maxUrlBytes = 4096;

/** Size of the query parameters that a signer adds, in bytes: a timestamp and a nonce. */
const addedBySigner = 64;

/**
 * Splits IDs into chunks of at most `maxIds`, so that the URL of each request has at most {@link maxUrlBytes} bytes. An
 * ID that does not fit is a chunk of its own.
 */
export function chunksOfIds(
  ids: readonly string[],
  maxIds: number,
  requestFor: (chunk: readonly string[]) => Pick<CloudRequest<unknown>, 'url' | 'query'>,
): readonly (readonly string[])[] {
  const fits = (chunk: readonly string[]): boolean => {
    const { url, query } = requestFor(chunk);
    return chunk.length <= maxIds && urlText(url, query).length + addedBySigner <= maxUrlBytes;
  };
  const chunks: string[][] = [];
  for (const id of ids) {
    const last = chunks.at(-1);
    if (last !== undefined && fits([...last, id])) last.push(id);
    else chunks.push([id]);
  }
  return chunks;
}
