import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { TLSSocket } from 'node:tls';
import type { CertificatePair } from '@k8s-ccm/foundation';

/** What came back. */
export interface HttpsAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** SHA-256 of the certificate that the server showed. */
  readonly shown: string;
}

/** What is asked, and how. */
export interface HttpsAsk {
  readonly port: number;
  /** What to trust; PEM. Default: anything, for tests that look at what is shown. */
  readonly ca?: string;
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
  /** The client's own certificate. */
  readonly client?: CertificatePair;
  readonly servername?: string;
  /** The address to ask from, for example 127.0.0.2. Default: the system's choice. */
  readonly from?: string;
}

/** Sends one request on a connection of its own, for tests. */
export async function httpsGet(path: string, ask: HttpsAsk): Promise<HttpsAnswer> {
  const { port, ca, method = 'GET', headers = {}, body, client, servername = 'localhost' } = ask;
  const { from } = ask;
  const { promise, resolve, reject } = Promise.withResolvers<HttpsAnswer>();
  request({
    host: 'localhost',
    family: 4,
    port,
    path,
    method,
    headers,
    agent: false,
    servername,
    ...(from === undefined ? {} : { localAddress: from }),
    ...(ca === undefined ? { rejectUnauthorized: false } : { ca }),
    ...(client === undefined ? {} : client),
  })
    .on('response', (response) => {
      const { socket, statusCode = 0 } = response;
      const shown =
        socket instanceof TLSSocket ? (socket.getPeerX509Certificate()?.fingerprint256 ?? '') : '';
      text(response).then(
        (answer) => resolve({ status: statusCode, headers: response.headers, body: answer, shown }),
        reject,
      );
    })
    .on('error', reject)
    .end(body);
  return promise;
}
