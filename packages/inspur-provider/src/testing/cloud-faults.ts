import { SlbErrorCode } from '@k8s-ccm/inspur-sdk';

import { heldMs } from './virtual-clock.ts';

/** The operations of the SLB API that the provider calls. */
export const slbOperations = [
  'GetLoadBalancer',
  'ListLoadBalancers',
  'ListListeners',
  'CreateListener',
  'UpdateListener',
  'DeleteListener',
  'ListMembers',
  'AddMembers',
  'RemoveMembers',
  'UpdateMember',
] as const;

/** One of {@link slbOperations}. */
export type SlbOperation = (typeof slbOperations)[number];

/** Something that goes wrong with calls of one operation. */
export interface CloudFault {
  readonly name: string;
  /** What the emulator does, as its `Fault` says, less the operation and how often. */
  readonly effect: Readonly<Record<string, unknown>>;
  /** The status that the record of calls shows; `undefined` where it is that of the work done. */
  readonly status?: number;
  /** True where a single one is to be over before anybody is told of it. */
  readonly passes?: boolean;
  /** What the error's text must say of it, if it comes to an error. */
  readonly says: RegExp;
}

const page = '<!doctype html><html><body>Bad gateway</body></html>';

function ofStatus(
  status: number,
  name = String(status),
  {
    passes = false,
    ...more
  }: { readonly passes?: boolean } & Readonly<Record<string, unknown>> = {},
): CloudFault {
  return {
    name,
    effect: { status, ...more },
    status,
    passes,
    says: RegExp(`(?:answered|status) ${status}`),
  };
}

/** What can happen to every operation of every API, whatever it answers. */
export const wireFaults: readonly CloudFault[] = [
  ofStatus(500, '500', { passes: true }),
  ofStatus(503, '503', { passes: true }),
  ofStatus(429, '429', { passes: true }),
  ofStatus(429, '429 with Retry-After', { passes: true, retryAfter: 1 }),
  ofStatus(429, '429 with a long Retry-After', { retryAfter: 600 }),
  ofStatus(401),
  ofStatus(403, '403 without a code', { body: '{}' }),
  ofStatus(404, '404 without a code', { body: '{}' }),
  ofStatus(404, '404 of a proxy', { body: page }),
  ofStatus(502, '502 of a proxy', { passes: true, body: page }),
  {
    name: 'timeout before the work',
    effect: { status: 503, delayMs: heldMs },
    passes: true,
    says: /no response/,
  },
  {
    name: 'timeout after the work',
    effect: { delayMs: heldMs },
    passes: true,
    says: /no response/,
  },
  {
    name: 'reset before the work',
    effect: { reset: 'before' },
    passes: true,
    status: 0,
    says: /connection/,
  },
  {
    name: 'reset after the work',
    effect: { reset: 'after' },
    passes: true,
    status: 0,
    says: /connection/,
  },
  { name: 'body cut in half', effect: { truncate: true }, passes: true, says: /connection/ },
  { name: 'body cut at its start', effect: { truncate: 0 }, passes: true, says: /connection/ },
  { name: 'HTML after the work', effect: { body: page }, says: /HTML/ },
  {
    name: 'HTML with status 200 instead of the work',
    effect: { code: 'none', status: 200, body: page },
    says: /HTML/,
  },
  { name: 'empty body after the work', effect: { body: '' }, says: /empty body/ },
  { name: 'JSON of another kind', effect: { body: '"ok"' }, says: /unexpected body/ },
  { name: 'null', effect: { body: 'null' }, says: /unexpected body/ },
];

/** A refusal with each of these codes. */
export function refusals(codes: Readonly<Record<string, string>>): readonly CloudFault[] {
  return Object.entries(codes).map(([name, code]) => ({
    name: `400 with ${code} (${name})`,
    effect: { status: 400, code },
    status: 400,
    says: RegExp(code.replaceAll('.', '\\.')),
  }));
}

/** An answer in which a field, given by its dotted path, is of a wrong type or missing. */
export function mutations(
  path: string,
  fields: Readonly<Record<string, unknown>>,
): readonly CloudFault[] {
  return Object.entries(fields).flatMap(([field, wrong]): CloudFault[] => [
    {
      name: `wrong type in ${field}`,
      effect: { mutate: { [`${path}${field}`]: wrong } },
      says: RegExp(field),
    },
    {
      name: `no ${field}`,
      effect: { mutate: { [`${path}${field}`]: { $omit: true } } },
      says: RegExp(field),
    },
  ]);
}

const text = 7;
const number = 'many';

/** What each field of an answer must not be. */
const slbFields = {
  slbId: text,
  slbName: text,
  businessIp: text,
  state: text,
  listenerCount: number,
};
const listenerFields = {
  listenerId: text,
  listenerName: text,
  protocol: text,
  port: number,
  forwardRule: text,
  isHealthCheck: 'perhaps',
  typeHealthCheck: text,
  portHealthCheck: number,
  periodHealthCheck: number,
  timeoutHealthCheck: number,
  maxHealthCheck: number,
  pathHealthCheck: text,
};
const memberFields = {
  backendId: text,
  serverId: text,
  serverIp: text,
  port: number,
  weight: number,
};

/** The fields that the provider reads from an operation's answer, by dotted path. */
const answerFields: Readonly<
  Record<SlbOperation, readonly [path: string, fields: Readonly<Record<string, unknown>>]>
> = {
  GetLoadBalancer: ['*.', slbFields],
  ListLoadBalancers: ['*.', slbFields],
  ListListeners: ['*.', listenerFields],
  CreateListener: ['', listenerFields],
  UpdateListener: ['', listenerFields],
  DeleteListener: ['', {}],
  ListMembers: ['*.', memberFields],
  AddMembers: ['data.*.', memberFields],
  RemoveMembers: ['', { code: number, message: text }],
  UpdateMember: ['', { code: number, message: text }],
};

/** All that can happen to an operation, its answer's fields included. */
export function faultsOf(operation: SlbOperation): readonly CloudFault[] {
  const [path, fields] = answerFields[operation];
  return [...wireFaults, ...refusals(SlbErrorCode), ...mutations(path, fields)];
}
