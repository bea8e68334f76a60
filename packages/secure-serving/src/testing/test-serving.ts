import { MetricsRegistry, systemClock, systemRandom } from '@k8s-ccm/controller-runtime';
import { silentLogger } from '@k8s-ccm/foundation';
import { readable } from '../http/endpoint.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { startServing } from '../serving.ts';
import type { Serving, ServingOptions } from '../serving.ts';
import { httpsGet } from './https-get.ts';
import type { HttpsAnswer, HttpsAsk } from './https-get.ts';

/** Authentication flags that authenticate no one. */
export const nobody = {
  tokenCacheTtlMs: 10_000,
  clientCaFile: '',
  requestHeader: {
    clientCaFile: '',
    allowedNames: [],
    usernameHeaders: ['X-Remote-User'],
    uidHeaders: [],
    groupHeaders: ['X-Remote-Group'],
    extraHeaderPrefixes: [],
  },
  takesUid: true,
  skipLookup: false,
  tolerateLookupFailure: false,
};

const endpoints: Readonly<Record<string, Endpoint>> = {
  '/healthz': readable(() => ({ status: 200, body: 'ok' })),
  '/metrics': readable(() => ({ status: 200, body: 'things_total 1\n' })),
  '/echo': {
    methods: ['PUT'],
    answer: async (request) => ({ status: 200, body: await request.body(8) }),
  },
  '/broken': readable(() => {
    throw new Error('broken gauge');
  }),
};

/** Starts a server with a few endpoints, for tests. `/healthz` does not require authorization. */
export function startTestServing(options: Partial<ServingOptions> = {}): Promise<Serving> {
  return startServing({
    address: '127.0.0.1',
    port: 0,
    isPortShared: false,
    certificates: { certFile: '', keyFile: '', certDir: '', pairName: 'ccm', named: [] },
    tls: { minVersion: '', cipherSuites: [], curvePreferences: [] },
    authentication: nobody,
    authorization: {
      alwaysAllowPaths: ['/healthz'],
      authorizedTtlMs: 10_000,
      unauthorizedTtlMs: 10_000,
    },
    router: (path) => endpoints[path],
    metrics: new MetricsRegistry(),
    clock: systemClock,
    random: systemRandom,
    log: silentLogger,
    signal: new AbortController().signal,
    ...options,
  });
}

/** Sends a request to the server. */
export function ask(
  serving: Serving,
  path: string,
  how: Partial<HttpsAsk> = {},
): Promise<HttpsAnswer> {
  return httpsGet(path, { port: serving.port, ca: serving.certificate, ...how });
}
