import type { Reply } from './scripted-cloud.ts';
import { scriptedCloud } from './scripted-cloud.ts';
import { envelope } from './wire-server.ts';

/** Returns a client of the VPC API whose cloud sends the given responses in order, and the requested actions. */
export function vpcCloud(replies: readonly Reply[]) {
  const cloud = scriptedCloud(replies, { endpoints: { vpc: 'https://cloud.example/' } });
  const actions = () => cloud.sent.map(({ query }) => query['Action']);
  return { ...cloud, vpc: cloud.client.vpc, actions };
}

/** Returns an error response. */
export function refused(apiCode: string, status = 400): Reply {
  return { status, body: envelope(null, apiCode) };
}

/** Returns the error with which a promise rejects; `undefined` if it fulfills. */
export function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}
