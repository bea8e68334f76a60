import type { FlagValues } from '@k8s-ccm/component-config';
import type { authenticationFlags } from './flags/authentication-flags.ts';
import type { authorizationFlags } from './flags/authorization-flags.ts';
import type { secureServingFlags } from './flags/secure-serving-flags.ts';
import type { ServingOptions } from './serving.ts';

/** Values of the flags that {@link servingOptions} reads. */
export type ServingFlagValues = FlagValues<
  ReturnType<typeof secureServingFlags> & typeof authenticationFlags & typeof authorizationFlags
>;

/** Settings of {@link servingOptions} that do not come from flags. */
export interface ServingSettings {
  /** The base name of the files in `--cert-dir`. */
  readonly pairName: string;
  /** True if an authenticating proxy may set the UID of the user (feature gate RemoteRequestHeaderUID). */
  readonly takesUid: boolean;
}

/** Converts values of flags to options of `startServing`. */
export function servingOptions(
  flags: ServingFlagValues,
  { pairName, takesUid }: ServingSettings,
): Pick<
  ServingOptions,
  'address' | 'port' | 'isPortShared' | 'certificates' | 'tls' | 'authentication' | 'authorization'
> {
  return {
    address: flags['bind-address'],
    port: flags['secure-port'],
    isPortShared: flags['permit-port-sharing'],
    certificates: {
      certFile: flags['tls-cert-file'],
      keyFile: flags['tls-private-key-file'],
      certDir: flags['cert-dir'],
      pairName,
      named: flags['tls-sni-cert-key'],
    },
    tls: {
      minVersion: flags['tls-min-version'],
      cipherSuites: flags['tls-cipher-suites'],
      curvePreferences: flags['tls-curve-preferences'],
    },
    authentication: {
      tokenCacheTtlMs: flags['authentication-token-webhook-cache-ttl'],
      clientCaFile: flags['client-ca-file'],
      requestHeader: {
        clientCaFile: flags['requestheader-client-ca-file'],
        allowedNames: flags['requestheader-allowed-names'],
        usernameHeaders: flags['requestheader-username-headers'],
        uidHeaders: flags['requestheader-uid-headers'],
        groupHeaders: flags['requestheader-group-headers'],
        extraHeaderPrefixes: flags['requestheader-extra-headers-prefix'],
      },
      takesUid,
      skipLookup: flags['authentication-skip-lookup'],
      tolerateLookupFailure: flags['authentication-tolerate-lookup-failure'],
    },
    authorization: {
      alwaysAllowPaths: flags['authorization-always-allow-paths'],
      authorizedTtlMs: flags['authorization-webhook-cache-authorized-ttl'],
      unauthorizedTtlMs: flags['authorization-webhook-cache-unauthorized-ttl'],
    },
  };
}
