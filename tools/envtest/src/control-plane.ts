import { randomBytes } from 'node:crypto';
import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiServerComponent } from './api-server-component.ts';
import { findBinaries } from './binaries.ts';
import type { Binaries } from './binaries.ts';
import { startComponent } from './component.ts';
import type { StartOptions, StartedComponent } from './component.ts';
import { compactEtcd } from './etcd-compaction.ts';
import { etcdComponent } from './etcd-component.ts';
import { kubeconfigText } from './kubeconfig.ts';
import { Supervisor } from './supervisor.ts';
import { tokenFileText } from './token-file.ts';
import type { KnownUser, UserSpec } from './token-file.ts';

/** How a control plane is started. */
export interface ControlPlaneOptions {
  /** Gives up starting, and a build before it. */
  readonly signal?: AbortSignal;
  /** Users beside the administrator; further ones cost a restart. */
  readonly users?: readonly UserSpec[];
  /** Further flags of kube-apiserver, for example `--feature-gates=WatchList=false`. */
  readonly apiServerFlags?: readonly string[];
  /** For each component, until it is ready. Default 120 000. */
  readonly startLimitMs?: number;
  /** Takes each line about a build of the binaries. Default: standard error. */
  readonly onProgress?: (line: string) => void;
}

/** What a user needs to speak to the API server. */
export interface UserAccess {
  /** The path of a kubeconfig file. */
  readonly kubeconfig: string;
  readonly token: string;
}

/** A real kube-apiserver on a real etcd, with nothing else: no controllers, no scheduler, no kubelet. */
export interface ControlPlane extends AsyncDisposable {
  /** The path of the administrator's kubeconfig file. */
  readonly kubeconfig: string;
  /** The API server, `https://127.0.0.1:<port>`; the same for the control plane's whole life. */
  readonly url: string;
  /** The path of the certificate to trust. */
  readonly caFile: string;
  /** The administrator's token. */
  readonly token: string;
  readonly etcdUrl: string;
  /** Holds everything on disk; gone after `stop`. */
  readonly folder: string;
  /** Gives another user. One that was not named at the start costs a restart of the API server (about 2 s). */
  user(name: string, groups?: readonly string[]): Promise<UserAccess>;
  /** Ends the API server at once, as a crash does: its connections break. Etcd keeps all objects. */
  stopApiServer(): Promise<void>;
  /** Starts it again on the same port; returns when it is ready. */
  startApiServer(): Promise<void>;
  restartApiServer(): Promise<void>;
  /**
   * Forgets the past of all objects and gives the revision up to which. After a restart of the API
   * server, a watch from an older resource version gets 410 Expired.
   */
  compact(): Promise<number>;
  /** All that a component has written. */
  log(component: 'etcd' | 'kube-apiserver'): Promise<string>;
  /** Ends both and removes the folder. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts a control plane, in about 3 seconds; the first one on a machine may have to build it before.
 * It ends with this process at the latest, however that ends.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const binaries = await findBinaries(options);
  await using failed = new AsyncDisposableStack();
  const supervisor = failed.use(await Supervisor.start(join(tmpdir(), 'envtest-')));
  const controlPlane = new LocalControlPlane(supervisor, binaries, options);
  await controlPlane.start();
  failed.move();
  return controlPlane;
}

class LocalControlPlane implements ControlPlane {
  readonly folder: string;
  readonly kubeconfig: string;
  readonly caFile: string;
  readonly token: string;
  readonly #supervisor: Supervisor;
  readonly #binaries: Binaries;
  readonly #startOptions: StartOptions;
  readonly #apiServerFlags: readonly string[];
  readonly #users: KnownUser[];
  #etcd: StartedComponent | undefined;
  #apiServer: StartedComponent | undefined;

  constructor(supervisor: Supervisor, binaries: Binaries, options: ControlPlaneOptions) {
    const { signal, users = [], apiServerFlags = [], startLimitMs: limitMs = 120_000 } = options;
    this.#supervisor = supervisor;
    this.#binaries = binaries;
    this.#startOptions = { limitMs, ...(signal === undefined ? {} : { signal }) };
    this.#apiServerFlags = apiServerFlags;
    this.folder = supervisor.folder;
    this.kubeconfig = join(this.folder, 'admin.kubeconfig');
    this.caFile = join(this.folder, 'certificates/apiserver.crt');
    const admin = withToken({ name: 'admin', groups: ['system:masters'] });
    this.token = admin.token;
    this.#users = [admin, ...users.map(withToken)];
  }

  get url(): string {
    return `https://127.0.0.1:${started(this.#apiServer).port}`;
  }

  get etcdUrl(): string {
    return `http://127.0.0.1:${started(this.#etcd).port}`;
  }

  async start(): Promise<void> {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    await writeFile(
      join(this.folder, 'service-account.key'),
      privateKey.export({ type: 'pkcs8', format: 'pem' }),
      { mode: 0o600 },
    );
    this.#etcd = await startComponent(
      this.#supervisor,
      etcdComponent({ file: this.#binaries.etcd, folder: this.folder }),
      this.#startOptions,
    );
    await this.startApiServer();
    for (const user of this.#users) await this.#writeKubeconfig(user);
  }

  async user(name: string, groups: readonly string[] = []): Promise<UserAccess> {
    const known = this.#users.find((user) => user.name === name);
    if (known !== undefined) return { kubeconfig: this.#kubeconfigOf(known), token: known.token };
    const user = withToken({ name, groups });
    this.#users.push(user);
    await this.#writeKubeconfig(user);
    await this.restartApiServer();
    return { kubeconfig: this.#kubeconfigOf(user), token: user.token };
  }

  async stopApiServer(): Promise<void> {
    await this.#supervisor.kill('kube-apiserver');
  }

  async startApiServer(): Promise<void> {
    const tokenFile = join(this.folder, 'tokens.csv');
    await writeFile(tokenFile, tokenFileText(this.#users), { mode: 0o600 });
    const component = apiServerComponent({
      file: this.#binaries.kubeApiServer,
      folder: this.folder,
      etcdUrl: this.etcdUrl,
      caFile: this.caFile,
      tokenFile,
      token: this.token,
      flags: this.#apiServerFlags,
    });
    const port = this.#apiServer?.port;
    this.#apiServer = await startComponent(this.#supervisor, component, {
      ...this.#startOptions,
      ...(port === undefined ? {} : { port }),
    });
  }

  async restartApiServer(): Promise<void> {
    await this.stopApiServer();
    await this.startApiServer();
  }

  compact(): Promise<number> {
    return compactEtcd(this.etcdUrl);
  }

  log(component: 'etcd' | 'kube-apiserver'): Promise<string> {
    return readFile(join(this.folder, `${component}.log`), 'utf8');
  }

  stop(): Promise<void> {
    return this.#supervisor.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #kubeconfigOf({ name }: KnownUser): string {
    return join(this.folder, `${encodeURIComponent(name)}.kubeconfig`);
  }

  async #writeKubeconfig(user: KnownUser): Promise<void> {
    const ca = await readFile(this.caFile, 'utf8');
    await writeFile(
      this.#kubeconfigOf(user),
      kubeconfigText({ url: this.url, ca, user: user.name, token: user.token }),
      { mode: 0o600 },
    );
  }
}

function withToken(user: UserSpec): KnownUser {
  return { ...user, token: randomBytes(16).toString('hex') };
}

function started(component: StartedComponent | undefined): StartedComponent {
  if (component === undefined) throw new Error('the control plane has not started');
  return component;
}
