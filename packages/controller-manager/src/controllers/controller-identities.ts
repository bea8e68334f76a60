import {
  EventBroadcaster,
  KubeClient,
  serviceAccountCredentials,
} from '@k8s-ccm/controller-runtime';
import type {
  ApiCredentials,
  ApiServerConfig,
  CallGate,
  EventRecorder,
  MetricsRegistry,
} from '@k8s-ccm/controller-runtime';
import type { ControllerDescriptor } from '../controller.ts';
import { apiRate } from '../flags/api-rate.ts';
import type { ManagerOptions } from '../manager-options.ts';

/** The namespace in which upstream keeps the service accounts of controllers. */
const namespace = 'kube-system';
/** Time limit for writing the remaining Events of an identity. */
const eventsLimitMs = 1000;

/** The identity of a controller toward the API server. */
export interface ControllerIdentity {
  readonly client: KubeClient;
  readonly recorder: (component: string) => EventRecorder;
  /** Creates the service account before it is needed. Does not wait and does not throw. */
  readonly prepare: () => void;
}

/** Dependencies of {@link ControllerIdentities}. */
export interface IdentityInput {
  readonly config: ApiServerConfig;
  /** Client with the identity of the manager. */
  readonly client: KubeClient;
  /** Records Events with the identity of the manager. */
  readonly events: EventBroadcaster;
  readonly holdEventsWhile: () => boolean;
  readonly metrics: MetricsRegistry;
  /** Is called before each request. */
  readonly mayCall: CallGate;
}

interface Account {
  readonly credentials: ApiCredentials;
  readonly client: KubeClient;
  readonly events: EventBroadcaster;
}

/**
 * The identities of controllers toward the API server (contract.md#client-identities): the identity of the
 * manager with different user agents or, with `--use-service-account-credentials`, the service account
 * `kube-system/<identity>`, also for Events.
 */
export class ControllerIdentities implements AsyncDisposable {
  readonly #options: ManagerOptions;
  readonly #input: IdentityInput;
  readonly #accounts = new Map<string, Account>();
  readonly #clients = new AsyncDisposableStack();
  readonly #lifetime = new AbortController();

  constructor(options: ManagerOptions, input: IdentityInput) {
    this.#options = options;
    this.#input = input;
  }

  /** @param mayAct is called before each request except those for Events */
  of(controller: ControllerDescriptor, mayAct: CallGate): ControllerIdentity {
    const { client, events } = this.#input;
    const name = controller.identity ?? controller.name;
    if (!this.#options.flags['use-service-account-credentials']) {
      return {
        client: client.forUserAgent(name, { mayCall: mayAct }),
        recorder: (component) => events.recorder(component),
        prepare: () => undefined,
      };
    }
    const account = this.#account(name);
    return {
      client: account.client.forUserAgent(name, { mayCall: mayAct }),
      recorder: (component) => account.events.recorder(component),
      prepare: () => void this.#prepare(name, account),
    };
  }

  /** Writes the remaining Events of all accounts, and closes the connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    const accounts = [...this.#accounts.values()];
    await Promise.all(accounts.map(({ events }) => events.close({ limitMs: eventsLimitMs })));
    // A pending token request would delay the shutdown while the API server does not respond.
    this.#lifetime.abort(new Error('the manager is stopping'));
    await this.#clients.disposeAsync();
  }

  /** Controllers can share an account. */
  #account(name: string): Account {
    const known = this.#accounts.get(name);
    if (known !== undefined) return known;
    const { program, version, flags, clock, random, log } = this.#options;
    const { config, client: main, holdEventsWhile, metrics, mayCall } = this.#input;
    const { signal } = this.#lifetime;
    const credentials = serviceAccountCredentials({
      client: { request: (request) => main.request({ ...request, signal }) },
      namespace,
      name,
      clock,
      log,
    });
    const client = this.#clients.use(
      KubeClient.create({
        config: { ...config, credentials, tls: () => withoutCertificate(config) },
        userAgent: `${program}/${version}`,
        ...apiRate(flags),
        clock,
        random,
        log,
        metrics,
        mayCall,
      }),
    );
    const events = new EventBroadcaster({
      client: client.forUserAgent('events').events,
      clock,
      random,
      log,
      holdWhile: holdEventsWhile,
    });
    const account = { credentials, client, events };
    this.#accounts.set(name, account);
    return account;
  }

  async #prepare(name: string, { credentials }: Account): Promise<void> {
    try {
      await credentials.headers();
    } catch (error) {
      if (this.#lifetime.signal.aborted) return;
      // The first request of the controller tries again.
      this.#options.log.error('failed to get credentials for a controller', {
        serviceAccount: `${namespace}/${name}`,
        error,
      });
    }
  }
}

/** Without the client certificate of the manager, which would take precedence over the token. */
async function withoutCertificate(
  config: ApiServerConfig,
): Promise<Awaited<ReturnType<ApiServerConfig['tls']>>> {
  const { cert: _cert, key: _key, ...tls } = await config.tls();
  return tls;
}
