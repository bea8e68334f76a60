import { copyFile, mkdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { clock } from './clock.ts';
import { goModuleFolder, ourPinnedVersions } from './pinned-versions.ts';
import { Supervisor, lastLines } from './supervisor.ts';

/** What is built where. */
export interface BuildOptions {
  /** The folder to create. */
  readonly folder: string;
  readonly onProgress: (line: string) => void;
  readonly signal?: AbortSignal;
}

const progressEveryMs = 10_000;

/**
 * Builds etcd and kube-apiserver from the pinned Go module. The folder appears whole or not at all;
 * nothing stays behind when this process dies on the way.
 * @throws Error where there is no Go, or a build fails (with its last lines)
 */
export async function buildBinaries({ folder, onProgress, signal }: BuildOptions): Promise<void> {
  const { kubernetes, etcd } = ourPinnedVersions();
  await using supervisor = await Supervisor.start(`${folder}.building-`);
  const module = join(supervisor.folder, 'module');
  const out = join(supervisor.folder, 'out');
  const tmp = join(supervisor.folder, 'tmp');
  for (const path of [module, out, tmp]) await mkdir(path);
  // With -mod=mod Go may write to the module, and a build never writes to the checkout.
  for (const file of ['go.mod', 'go.sum', 'tools.go']) {
    await copyFile(join(goModuleFolder, file), join(module, file));
  }
  onProgress(
    `envtest: building etcd ${etcd} and kube-apiserver ${kubernetes} once, about 4 minutes, into ${folder}`,
  );
  for (const { name, path, ldflags } of targets(kubernetes)) {
    await run({
      supervisor,
      name,
      args: [
        'build',
        '-v',
        '-mod=mod',
        '-trimpath',
        `-ldflags=${ldflags}`,
        '-o',
        join(out, name),
        path,
      ],
      cwd: module,
      env: { CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off', GOTMPDIR: tmp },
      onProgress,
      ...(signal === undefined ? {} : { signal }),
    });
  }
  await moveInto(folder, out);
}

/** What `go build` makes. Without the version flags the API server says v0.0.0, which some clients refuse. */
function targets(kubernetes: string): readonly { name: string; path: string; ldflags: string }[] {
  const [major = '', minor = ''] = kubernetes.slice(1).split('.');
  const version = 'k8s.io/component-base/version';
  return [
    { name: 'etcd', path: 'go.etcd.io/etcd/server/v3', ldflags: '-s -w' },
    {
      name: 'kube-apiserver',
      path: 'k8s.io/kubernetes/cmd/kube-apiserver',
      ldflags: `-s -w -X ${version}.gitVersion=${kubernetes} -X ${version}.gitMajor=${major} -X ${version}.gitMinor=${minor}`,
    },
  ];
}

interface GoRun {
  readonly supervisor: Supervisor;
  readonly name: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onProgress: (line: string) => void;
  readonly signal?: AbortSignal;
}

async function run({ supervisor, name, args, cwd, env, onProgress, signal }: GoRun): Promise<void> {
  const started = clock.monotonic();
  const go = await startGo(supervisor, { name, args, cwd, env });
  const seconds = (): number => Math.round((clock.monotonic() - started) / 1000);
  while (go.end === undefined) {
    await Promise.race([go.ended, clock.sleep(progressEveryMs, signal)]);
    if (go.end === undefined) {
      onProgress(
        `envtest: ${name}: ${await lineCount(go.log)} packages downloaded or compiled, ${seconds()} s`,
      );
    }
  }
  if (go.end.code !== 0) {
    throw new Error(`building ${name} failed; its last lines:\n${await lastLines(go.log)}`);
  }
  onProgress(`envtest: ${name} built in ${seconds()} s`);
}

type GoStart = Pick<GoRun, 'name' | 'args' | 'cwd' | 'env'>;

async function startGo(
  supervisor: Supervisor,
  { name, args, cwd, env }: GoStart,
): ReturnType<Supervisor['spawn']> {
  try {
    return await supervisor.spawn({ name, file: 'go', args, cwd, env });
  } catch (error) {
    throw new Error(
      'no kube-apiserver to test against: install Go 1.26 or newer (https://go.dev/dl), ' +
        'or set KUBEBUILDER_ASSETS to a folder with etcd and kube-apiserver',
      { cause: error },
    );
  }
}

async function lineCount(file: string): Promise<number> {
  return (await readFile(file, 'utf8')).split('\n').length - 1;
}

/** Two that built at the same time built the same: the second one's work is dropped. */
async function moveInto(folder: string, built: string): Promise<void> {
  try {
    await rename(built, folder);
  } catch (error) {
    const there = await stat(join(folder, 'kube-apiserver')).catch(() => undefined);
    if (there === undefined) throw error;
  }
}
