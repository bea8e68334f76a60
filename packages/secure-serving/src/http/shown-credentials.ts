import type { IncomingMessage } from 'node:http';
import type { ShownCredentials } from '../authentication/authenticator.ts';
import { presentedCertificate } from './https-listener.ts';

/** What a request, and the connection on which it came, show of who sends it. */
export function shownCredentials(
  { headersDistinct, socket }: IncomingMessage,
  source: string,
): ShownCredentials {
  const certificate = presentedCertificate(socket);
  const headers = Object.entries(headersDistinct).map(([name, values = []]) => [
    name,
    values.map(fromUtf8),
  ]);
  return {
    source,
    headers: Object.fromEntries(headers),
    ...(certificate === undefined ? {} : { certificate }),
  };
}

/** Node takes each byte of a header for a character; Kubernetes' clients write names in UTF-8. */
function fromUtf8(value: string): string {
  return Buffer.from(value, 'latin1').toString('utf8');
}
