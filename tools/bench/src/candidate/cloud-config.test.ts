import { describe, expect, it } from '@jest/globals';
import { cloudConfigText } from './cloud-config.ts';

const emulator = {
  url: 'http://e',
  region: 'r',
  slbUrl: 'http://e/slb',
  ecsUrl: 'http://e/ecs/',
  keycloak: { url: 'http://e/t', clientId: 'c', clientSecret: 's', requestedSubject: 'u' },
};

describe('cloudConfigText', () => {
  it('writes lines of key=value', () => {
    expect(cloudConfigText('go', emulator).split('\n')).toEqual([
      'slbUrl-pre=http://e/slb',
      'ecsUrl=http://e/ecs/',
      'keycloakUrl=http://e/t',
      'token-client-id=c',
      'client-secret=s',
      'requested-subject=u',
      '',
    ]);
  });

  it('writes YAML', () => {
    expect(JSON.parse(cloudConfigText('yaml', emulator))).toEqual({
      region: 'r',
      credentials: { keycloak: emulator.keycloak },
      endpoints: { slb: 'http://e/slb', ecs: 'http://e/ecs/' },
    });
  });
});
