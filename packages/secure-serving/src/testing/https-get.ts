import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { TLSSocket } from 'node:tls';
import type { CertificatePair } from '@k8s-ccm/foundation';

/** The response of {@link httpsGet}. */
export interface HttpsAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The SHA-256 fingerprint of the certificate of the server. */
  readonly shown: string;
}

/** Options of {@link httpsGet}. */
export interface HttpsAsk {
  readonly port: number;
  /** Trusted certificates, PEM. Default: any certificate is accepted. */
  readonly ca?: string;
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
  /** The client certificate. */
  readonly client?: CertificatePair;
  readonly servername?: string;
  /** The local address, for example 127.0.0.2. Default: chosen by the system. */
  readonly from?: string;
}

/** Sends a request on a new connection, for tests. */
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
