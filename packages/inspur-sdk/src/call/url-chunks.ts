import type { CloudRequest } from '@k8s-ccm/cloud-http';
import { urlText } from '@k8s-ccm/cloud-http';

/** The longest URL that is sent, in bytes. Common gateways take 8 KiB, some only 4. */
export const maxUrlBytes = 4096;

/** What a signer adds to a query, in bytes: a timestamp and a nonce. */
const addedBySigner = 64;

/**
 * Splits ids into chunks of at most `most`, so that the URL that asks for a chunk fits {@link maxUrlBytes}. An id that
 * does not fit alone is a chunk of its own.
 */
export function chunksOfIds(
  ids: readonly string[],
  most: number,
  requestFor: (chunk: readonly string[]) => Pick<CloudRequest<unknown>, 'url' | 'query'>,
): readonly (readonly string[])[] {
  const fits = (chunk: readonly string[]): boolean => {
    const { url, query } = requestFor(chunk);
    return chunk.length <= most && urlText(url, query).length + addedBySigner <= maxUrlBytes;
  };
  const chunks: string[][] = [];
  for (const id of ids) {
    const last = chunks.at(-1);
    if (last !== undefined && fits([...last, id])) last.push(id);
    else chunks.push([id]);
  }
  return chunks;
}
