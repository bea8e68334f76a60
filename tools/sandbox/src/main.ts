import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import { KubeClient, loadKubeConfig, systemClock, systemRandom } from '@k8s-ccm/controller-runtime';
import { startControlPlane } from '@k8s-ccm/envtest';
import { startEmulator } from '@k8s-ccm/inspur-emulator';
import { startCcm } from './ccm-child.ts';
import { exampleServers, exampleSlb } from './example.ts';
import { tellStory } from './story.ts';

const bundle = join(import.meta.dirname, '../../../apps/ccm/dist/bundle/ccm.mjs');

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Starts everything, tells what happens to an example Service, and stays up until `signal` aborts. */
async function runSandbox(signal: AbortSignal): Promise<void> {
  await using resources = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'ccm-sandbox-'));
  resources.defer(() => rm(folder, { recursive: true, force: true }));

  say('starting the emulated INSPUR cloud …');
  const seed = { slbs: [exampleSlb], servers: exampleServers };
  const emulator = resources.use(await startEmulator({ seed }));
  say(`  ${emulator.url}   (state: ${emulator.url}/_emulator/state)`);
  signal.throwIfAborted();

  say('starting a control plane (the first time it is built, about 4 minutes) …');
  const controlPlane = resources.use(await startControlPlane({ signal }));
  say(`  ${controlPlane.url}   (kubeconfig: ${controlPlane.kubeconfig})`);

  const cloudConfig = join(folder, 'cloud-config.yaml');
  await writeFile(
    cloudConfig,
    JSON.stringify({
      region: emulator.region,
      credentials: { keycloak: emulator.credentials.keycloak },
      endpoints: { slb: emulator.slbUrl, ecs: emulator.ecsUrl, vpc: emulator.vpcUrl },
    }),
    { mode: 0o600 },
  );
  say('starting ccm …');
  const ccm = resources.use(
    startCcm(bundle, [
      `--kubeconfig=${controlPlane.kubeconfig}`,
      '--cloud-provider=inspur',
      `--cloud-config=${cloudConfig}`,
      '--leader-elect=false',
      '--secure-port=0',
      '--logging-format=text',
    ]),
  );

  const client = resources.use(await connect(controlPlane.kubeconfig));
  const ended = ccm.exited.then((how) => {
    signal.throwIfAborted();
    throw new Error(`ccm ended by itself (${how})`);
  });
  const addresses = await Promise.race([tellStory({ client, say, signal }), ended]);
  say(`the Service web has the addresses ${addresses.join(' and ')}`);
  for (const { listenerName, protocol, port } of emulator.state().listeners) {
    say(`  listener ${listenerName}: ${protocol} port ${port}`);
  }
  say('');
  say('All of it stays up; try for example:');
  say(`  kubectl --kubeconfig ${controlPlane.kubeconfig} get services,events`);
  say(`  curl ${emulator.url}/_emulator/calls`);
  say('Ctrl-C stops everything and leaves nothing behind.');
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  say('stopping …');
}

async function connect(kubeconfig: string): Promise<KubeClient> {
  const runtime = { clock: systemClock, log: silentLogger };
  const config = await loadKubeConfig({ kubeconfig, ...runtime });
  return KubeClient.create({ config, userAgent: 'sandbox', random: systemRandom, ...runtime });
}

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => interrupted.abort());
}
try {
  await runSandbox(interrupted.signal);
} catch (error) {
  if (!interrupted.signal.aborted) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
