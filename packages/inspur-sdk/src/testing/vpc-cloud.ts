import type { Reply } from './scripted-cloud.ts';
import { scriptedCloud } from './scripted-cloud.ts';
import { envelope } from './wire-server.ts';

/** A client of the VPC API whose cloud gives these answers, one after the other, and the actions that it was asked for. */
export function vpcCloud(replies: readonly Reply[]) {
  const cloud = scriptedCloud(replies, { endpoints: { vpc: 'https://cloud.example/' } });
  const actions = () => cloud.sent.map(({ query }) => query['Action']);
  return { ...cloud, vpc: cloud.client.vpc, actions };
}

/** A refusal. */
export function refused(apiCode: string, status = 400): Reply {
  return { status, body: envelope(null, apiCode) };
}

/** What a call was rejected with; `undefined` where it was not. */
export function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}
