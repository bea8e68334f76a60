import { ask } from './http-request.ts';

/** Compacts an etcd up to its present revision, and gives that. @throws Error where etcd refuses */
export async function compactEtcd(etcdUrl: string): Promise<number> {
  const { body: status } = await post(`${etcdUrl}/v3/maintenance/status`, {});
  const revision = /"revision":"(?<revision>\d+)"/.exec(status)?.groups?.['revision'];
  if (revision === undefined) throw new Error(`etcd did not tell its revision: ${status}`);
  const { status: code, body } = await post(`${etcdUrl}/v3/kv/compaction`, {
    revision,
    physical: true,
  });
  // Nothing was written since the compaction before this one.
  const done = code === 200 || body.includes('has been compacted');
  if (!done) throw new Error(`etcd did not compact up to ${revision}: ${body}`);
  return Number(revision);
}

function post(url: string, body: object): ReturnType<typeof ask> {
  return ask({ url, method: 'POST', body });
}
