import type { EmulatorAccess } from './emulator-process.ts';

/** How a cloud-config is written: the key=value lines of older providers, or YAML. */
export type CloudConfigFormat = 'go' | 'yaml';

/** The cloud-config that leads to an emulator. */
export function cloudConfigText(format: CloudConfigFormat, emulator: EmulatorAccess): string {
  const { region, slbUrl, ecsUrl, keycloak } = emulator;
  if (format === 'yaml') {
    // JSON is YAML too.
    return JSON.stringify({
      region,
      credentials: { keycloak },
      endpoints: { slb: slbUrl, ecs: ecsUrl },
    });
  }
  return `slbUrl-pre=${slbUrl}
ecsUrl=${ecsUrl}
keycloakUrl=${keycloak.url}
token-client-id=${keycloak.clientId}
client-secret=${keycloak.clientSecret}
requested-subject=${keycloak.requestedSubject}
`;
}
