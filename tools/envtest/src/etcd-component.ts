import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Component } from './component.ts';
import { ask } from './http-request.ts';

/** What an etcd needs. */
export interface EtcdInput {
  readonly file: string;
  readonly folder: string;
}

/** An etcd of one member that forgoes durability for speed. */
export function etcdComponent({ file, folder }: EtcdInput): Component {
  const member = randomUUID();
  return {
    name: 'etcd',
    file,
    args: (port) => [
      `--name=${member}`,
      `--data-dir=${join(folder, 'etcd')}`,
      `--listen-client-urls=http://127.0.0.1:${port}`,
      `--advertise-client-urls=http://127.0.0.1:${port}`,
      // There are no peers: any port will do.
      '--listen-peer-urls=http://127.0.0.1:0',
      '--unsafe-no-fsync',
      '--log-level=error',
    ],
    // Asked for its name: another etcd may have been faster on this port.
    isReady: async (port) => {
      const { status, body } = await ask({
        url: `http://127.0.0.1:${port}/v3/cluster/member/list`,
        method: 'POST',
        body: {},
      });
      return status === 200 && body.includes(member);
    },
  };
}
