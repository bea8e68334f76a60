import { buildConnector } from 'undici';
import type { ApiServerTls } from './api-server-config.ts';
import { messageOf } from './error-facts.ts';

/** Makes TCP or TLS connections, as undici's pools want them. */
export type Connector = buildConnector.connector;

/**
 * Connects to the API server with the TLS material of the moment: it is asked for at each new connection,
 * so rotated certificates need no restart. TCP keep-alive starts after 30 s, before load balancers forget us.
 */
export function apiServerConnector(tls: () => Promise<ApiServerTls>): Connector {
  let current: { readonly key: string; readonly connect: Connector } | undefined;
  const connectorFor = (material: ApiServerTls): Connector => {
    const key = fingerprint(material);
    // Kept while nothing changes, because the connector holds the TLS sessions that make reconnecting cheap.
    if (current?.key !== key) {
      current = {
        key,
        connect: buildConnector({
          ...material,
          allowH2: false,
          timeout: 10_000,
          keepAlive: true,
          keepAliveInitialDelay: 30_000,
        }),
      };
    }
    return current.connect;
  };
  const connect = async (...[options, callback]: Parameters<Connector>): Promise<void> => {
    let connector: Connector;
    try {
      connector = connectorFor(await tls());
    } catch (error) {
      callback(new Error(messageOf(error), { cause: error }), null);
      return;
    }
    connector(options, callback);
  };
  return (options, callback) => void connect(options, callback);
}

function fingerprint({ ca, cert, key, servername, rejectUnauthorized }: ApiServerTls): string {
  return JSON.stringify(
    [ca, cert, key]
      .map((pem) => pem?.toString() ?? null)
      .concat(servername ?? null, String(rejectUnauthorized)),
  );
}
