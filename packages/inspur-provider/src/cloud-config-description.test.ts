import { describe, expect, it } from '@jest/globals';

import { cloudConfigDescription } from './cloud-config-description.ts';
import { parseCloudConfig } from './cloud-config.ts';

const describeText = async (text: string) =>
  cloudConfigDescription(await parseCloudConfig(text, 'c'));

describe('cloudConfigDescription', () => {
  it('names the files of secret and CA, and every value by its key', async () => {
    expect(
      await describeText(`
region: cn-north-3
credentials: { accessKey: { id: AK, secretFile: /etc/sk } }
endpoints: { slb: "https://slb.example/slbs" }
tls: { caFile: /etc/ca.pem, insecureSkipVerify: [ecs, vpc] }
http: { timeout: 5s }
`),
    ).toEqual({
      files: ['/etc/ca.pem'],
      secretFiles: ['/etc/sk'],
      values: {
        region: 'cn-north-3',
        'credentials.kind': 'access-key',
        'credentials.id': 'AK',
        'credentials.secret.kind': 'file',
        'credentials.secret.path': '/etc/sk',
        'endpoints.slb': 'https://slb.example/slbs',
        'tls.caFile': '/etc/ca.pem',
        'tls.insecureSkipVerify': 'ecs, vpc',
        'http.timeoutMs': '5000',
        'http.concurrency': '64',
        'loadBalancer.defaults.listenerPortMode': 'service',
      },
      identity: ['region', 'credentials.kind', 'credentials.id', 'endpoints.slb'],
    });
  });

  it.each([
    ['{token: hush-hush}'],
    ['{accessKey: {id: AK, secret: hush-hush}}'],
    [
      '{keycloak: {url: "https://a.example/", clientId: c, clientSecret: hush-hush, requestedSubject: s}}',
    ],
  ])('shows no secret of %s', async (credentials) => {
    const shown = await describeText(`{region: r, credentials: ${credentials}}`);
    expect(JSON.stringify(shown)).not.toContain('hush');
    expect(Object.values(shown.values)).toContain('[redacted]');
    expect([shown.files, shown.secretFiles]).toEqual([[], []]);
  });
});
