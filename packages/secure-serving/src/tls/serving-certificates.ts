import { access, mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { SecureContext } from 'node:tls';
import type { Clock } from '@k8s-ccm/controller-runtime';
import { checkedPair } from '@k8s-ccm/foundation';
import type { CertificatePair } from '@k8s-ccm/foundation';
import type { FileReloads } from '../files/file-reloads.ts';
import { FileValue } from '../files/file-value.ts';
import type { NamedCertKey } from './named-cert-key.ts';
import { selfSignedCertificate } from './self-signed-certificate.ts';
import { choosePair } from './sni.ts';
import type { NamedPair } from './sni.ts';
import type { TlsSettings } from './tls-settings.ts';

/** Sources of the serving certificates. */
export interface CertificateSources {
  /** If this and {@link keyFile} are empty, `certDir` is used. */
  readonly certFile: string;
  readonly keyFile: string;
  /**
   * Directory of `<pairName>.crt` and `.key`, which are created if both are missing. If empty, the pair is kept
   * in memory.
   */
  readonly certDir: string;
  readonly pairName: string;
  /** Certificates for clients that request a host by name. */
  readonly named: readonly NamedCertKey[];
}

/** The current serving certificates. */
export class ServingCertificates {
  readonly #pair: () => CertificatePair;
  readonly #named: readonly (() => NamedPair)[];

  private constructor(pair: () => CertificatePair, named: readonly (() => NamedPair)[]) {
    this.#pair = pair;
    this.#named = named;
  }

  /**
   * Loads or creates the certificates. `onChange` is called after files have changed.
   * @throws Error that names the file and the problem
   */
  static async open(
    sources: CertificateSources,
    { clock, reloads, onChange }: { clock: Clock; reloads: FileReloads; onChange: () => void },
  ): Promise<ServingCertificates> {
    const open = async (name: string, certFile: string, keyFile: string) => {
      const files = [certFile, keyFile];
      const value = await FileValue.open({
        name,
        files,
        parse: (cert = '', key = '') => checkedPair(cert, key),
      });
      reloads.watch(value, onChange);
      return () => value.current;
    };
    const files = await filesOf(sources, clock);
    const pair =
      files === undefined
        ? await inMemory(clock)
        : await open('serving certificate', files.certFile, files.keyFile);
    const named = await Promise.all(
      sources.named.map(async ({ certFile, keyFile, names }) => {
        const current = await open('SNI certificate', certFile, keyFile);
        return () => ({ names, pair: current() });
      }),
    );
    return new ServingCertificates(pair, named);
  }

  /** The pair for clients that request no host, or a host without a certificate of its own. */
  get pair(): CertificatePair {
    return this.#pair();
  }

  /** Returns a function that looks up the current TLS context for a host. */
  contexts(settings: TlsSettings): (host: string) => SecureContext | undefined {
    const pairs = this.#named.map((named) => named());
    const contexts = new Map(
      pairs.map(({ pair }) => [pair, createSecureContext({ ...settings, ...pair })]),
    );
    return (host) => {
      const pair = choosePair(host, pairs);
      return pair && contexts.get(pair);
    };
  }
}

interface PairFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

async function filesOf(sources: CertificateSources, clock: Clock): Promise<PairFiles | undefined> {
  const { certFile, keyFile, certDir, pairName } = sources;
  if (certFile !== '' || keyFile !== '') {
    if (certFile === '') throw new Error('--tls-private-key-file needs --tls-cert-file');
    if (keyFile === '') throw new Error('--tls-cert-file needs --tls-private-key-file');
    return { certFile, keyFile };
  }
  if (certDir === '') return undefined;
  const files = {
    certFile: join(certDir, `${pairName}.crt`),
    keyFile: join(certDir, `${pairName}.key`),
  };
  await makeMissing(files, certDir, clock);
  return files;
}

async function makeMissing(files: PairFiles, folder: string, clock: Clock): Promise<void> {
  const { certFile, keyFile } = files;
  const [hasCert, hasKey] = await Promise.all([exists(certFile), exists(keyFile)]);
  if (hasCert && hasKey) return;
  if (hasCert !== hasKey) {
    const missing = hasCert ? keyFile : certFile;
    throw new Error(`${missing} is missing: certificate and key must be supplied as a pair`);
  }
  const { cert, key } = await selfSigned(clock);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  // `wx`: two processes that start at the same time must not mix their pairs, and the key must not be written
  // through a link.
  await writeFile(keyFile, key, { mode: 0o600, flag: 'wx' });
  await writeFile(certFile, cert, { mode: 0o644, flag: 'wx' });
}

async function inMemory(clock: Clock): Promise<() => CertificatePair> {
  const pair = await selfSigned(clock);
  return () => pair;
}

function selfSigned(clock: Clock): Promise<CertificatePair> {
  return selfSignedCertificate({
    commonName: hostname(),
    hosts: [hostname(), 'localhost', '127.0.0.1'],
    now: clock.now(),
  });
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
