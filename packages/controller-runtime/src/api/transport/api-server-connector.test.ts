import { describe, expect, it } from '@jest/globals';
import type { ApiServerTls } from './api-server-config.ts';
import { apiServerConnector } from './api-server-connector.ts';

function connect(tls: () => Promise<ApiServerTls>): Promise<Error | null> {
  const { promise, resolve } = Promise.withResolvers<Error | null>();
  apiServerConnector({ tls })(
    { hostname: '127.0.0.1', protocol: 'https:', port: '1' },
    (...[error]) => resolve(error),
  );
  return promise;
}

describe('apiServerConnector', () => {
  it('fails one connection, and not the process, for a certificate that TLS does not accept', async () => {
    await expect(
      connect(async () => ({ rejectUnauthorized: true, cert: 'no PEM', key: 'no PEM' })),
    ).resolves.toMatchObject({ code: 'NOT_CONNECTED' });
  });

  it('explains why the certificate is missing', async () => {
    await expect(
      connect(() => Promise.reject(new Error('the file is gone'))),
    ).resolves.toMatchObject({
      code: 'NOT_CONNECTED',
      message: 'the file is gone',
    });
  });
});
