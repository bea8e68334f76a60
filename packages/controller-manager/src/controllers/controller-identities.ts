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

/** Where upstream keeps the service accounts of controllers. */
const namespace = 'kube-system';
/** How long writing the last events of an identity may take. */
const eventsLimitMs = 1000;

/** As whom one controller speaks to the API server. */
export interface ControllerIdentity {
  readonly client: KubeClient;
  readonly recorder: (component: string) => EventRecorder;
  /** Makes sure that it exists, before it is needed. Does not wait, and does not throw. */
  readonly prepare: () => void;
}

/** What identities are made with. */
export interface IdentityInput {
  readonly config: ApiServerConfig;
  /** Speaks as the manager itself. */
  readonly client: KubeClient;
  /** Writes events as the manager itself. */
  readonly events: EventBroadcaster;
  readonly holdEventsWhile: () => boolean;
  readonly metrics: MetricsRegistry;
  /** Asked before each request. */
  readonly mayCall: CallGate;
}

interface Account {
  readonly credentials: ApiCredentials;
  readonly client: KubeClient;
  readonly events: EventBroadcaster;
}

/**
 * As whom the controllers speak to the API server (contract.md#client-identities): as the manager, told apart by their user
 * agents; or with `--use-service-account-credentials` each as `kube-system/<its identity>`, its events too.
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

  /** @param mayAct is asked before each of its requests, apart from events */
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

  /** Writes the last events, of all accounts at once, and closes the connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    const accounts = [...this.#accounts.values()];
    await Promise.all(accounts.map(({ events }) => events.close({ limitMs: eventsLimitMs })));
    // Who still waits for a token would hold up the end for as long as the API server does not answer.
    this.#lifetime.abort(new Error('the manager ends'));
    await this.#clients.disposeAsync();
  }

  /** Two controllers may share an account. */
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
      // Its first request tries again.
      this.#options.log.error('no credentials for a controller', {
        serviceAccount: `${namespace}/${name}`,
        error,
      });
    }
  }
}

/** The manager's own certificate would go before the token. */
async function withoutCertificate(
  config: ApiServerConfig,
): Promise<Awaited<ReturnType<ApiServerConfig['tls']>>> {
  const { cert: _cert, key: _key, ...tls } = await config.tls();
  return tls;
}
