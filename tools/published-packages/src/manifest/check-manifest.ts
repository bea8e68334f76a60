import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** What publint finds wrong with the package.json and the files of a package, a sentence for each, suggestions included. */
export async function checkManifest(tarball: Uint8Array): Promise<readonly string[]> {
  const { messages, pkg } = await publint({
    pack: { tarball: arrayBufferOf(tarball) },
    strict: true,
  });
  return messages.map(
    (message) => `${formatMessage(message, pkg, { color: false }) ?? message.code} (publint)`,
  );
}

/** A copy, since the bytes may be a part of a larger buffer. */
function arrayBufferOf(bytes: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(copy).set(bytes);
  return copy;
}
