import type { IncomingMessage } from 'node:http';
import type { ShownCredentials } from '../authentication/authenticator.ts';
import { presentedCertificate } from './https-listener.ts';

/** Returns the credentials of a request and of its connection. */
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

/** Decodes a header as UTF-8, as Kubernetes clients encode it. Node.js decodes headers as Latin-1. */
function fromUtf8(value: string): string {
  return Buffer.from(value, 'latin1').toString('utf8');
}
