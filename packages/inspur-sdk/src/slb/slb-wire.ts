import { decode, int } from '@k8s-ccm/cloud-http';
import * as t from 'io-ts';
import { optionalText } from '../call/text-codecs.ts';
import type { Member, MemberSpec } from './member.ts';
import { certificateField } from './slb-assumed.ts';
import type { Listener, ListenerSpec } from './slb.ts';

// Wire format of the cloud. Decoding is strict if an error would cause harm (IDs, names, ports) and lenient otherwise:
// a missing, null, or new field must not make everything unreadable.

/** Codec of a number that may be a text. A missing number decodes to 0. */
const count = new t.Type<number, unknown>(
  'number',
  t.number.is,
  (value, context) => {
    if (value === undefined || value === null || value === '') return t.success(0);
    const number = typeof value === 'string' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number)
      ? t.success(number)
      : t.failure(value, context);
  },
  t.identity,
);

/** Codec of a number that distinguishes a missing value from 0. */
const countIfSaid = new t.Type<number | undefined, unknown>(
  'number',
  (value): value is number | undefined => value === undefined || t.number.is(value),
  (value, context) =>
    value === undefined || value === null || value === ''
      ? t.success(undefined)
      : count.validate(value, context),
  t.identity,
);

/** Codec of a flag: `"1"` or `"0"`. Other representations of true and false are also accepted. */
const flag = new t.Type<boolean, unknown>(
  '"0" | "1"',
  t.boolean.is,
  (value, context) => {
    if (value === '1' || value === 1 || value === true || value === 'true') return t.success(true);
    const no = value === '0' || value === 0 || value === false || value === 'false';
    return no || value === '' || value === undefined || value === null
      ? t.success(false)
      : t.failure(value, context);
  },
  t.identity,
);

/** Codec of an ID: a non-empty text. */
const id = new t.Type<string>(
  'id',
  (value): value is string => typeof value === 'string' && value !== '',
  (value, context) =>
    typeof value === 'string' && value !== '' ? t.success(value) : t.failure(value, context),
  t.identity,
);

const SlbWire = t.strict(
  {
    slbId: id,
    slbName: t.string,
    regionId: optionalText,
    scheme: optionalText,
    businessIp: optionalText,
    vpcId: optionalText,
    vpcName: optionalText,
    subnetId: optionalText,
    eipId: optionalText,
    eipAddress: optionalText,
    listenerCount: countIfSaid,
    slbType: optionalText,
    specificationId: optionalText,
    specificationName: optionalText,
    chargeType: optionalText,
    state: optionalText,
    userId: optionalText,
    createdTime: optionalText,
    expiredTime: optionalText,
  },
  'slb',
);

const ListenerWire = t.type(
  {
    slbId: optionalText,
    listenerId: id,
    listenerName: t.string,
    protocol: t.string,
    port: int,
    forwardRule: optionalText,
    isHealthCheck: flag,
    typeHealthCheck: optionalText,
    portHealthCheck: count,
    periodHealthCheck: count,
    timeoutHealthCheck: count,
    maxHealthCheck: count,
    domainHealthCheck: optionalText,
    pathHealthCheck: optionalText,
    certificateId: optionalText,
  },
  'listener',
);

const MemberWire = t.strict(
  {
    backendId: id,
    listenerId: optionalText,
    serverId: id,
    port: int,
    serverName: optionalText,
    serverIp: optionalText,
    type: optionalText,
    weight: count,
  },
  'member',
);

/** Codecs of the responses. Load balancers and members have the public form, without undocumented fields. */
export const wire = {
  slb: SlbWire,
  slbs: t.array(SlbWire, 'slbs'),
  listener: ListenerWire,
  listeners: t.array(ListenerWire, 'listeners'),
  members: t.array(MemberWire, 'members'),
};

/** Converts a listener from the wire format. */
export function listenerFromWire(wireListener: t.TypeOf<typeof ListenerWire>): Listener {
  return {
    slbId: wireListener.slbId,
    listenerId: wireListener.listenerId,
    listenerName: wireListener.listenerName,
    protocol: wireListener.protocol,
    port: wireListener.port,
    forwardRule: wireListener.forwardRule,
    healthCheck: {
      enabled: wireListener.isHealthCheck,
      type: wireListener.typeHealthCheck === '' ? 'tcp' : wireListener.typeHealthCheck,
      port: wireListener.portHealthCheck,
      periodSeconds: wireListener.periodHealthCheck,
      timeoutSeconds: wireListener.timeoutHealthCheck,
      maxTries: wireListener.maxHealthCheck,
      domain: wireListener.domainHealthCheck,
      path: wireListener.pathHealthCheck,
    },
    certificateId: wireListener.certificateId,
  };
}

/** Reads the members from `data` of a response to AddMembers [assumed]. Returns none if it cannot be read. */
export function addedMembers(answer: unknown): readonly Member[] {
  if (typeof answer !== 'object' || answer === null || !('data' in answer)) return [];
  const decoded = decode(wire.members, answer.data);
  return decoded.ok ? decoded.value : [];
}

/**
 * Converts a complete listener to the wire format: PUT replaces the whole listener and resets omitted health check
 * fields. See inspur-api.md#slb-behavior.
 */
export function listenerToWire(slbId: string, spec: ListenerSpec) {
  const { healthCheck, listenerName, protocol, port, forwardRule } = spec;
  return {
    slbId,
    listenerName,
    protocol,
    port,
    forwardRule,
    isHealthCheck: healthCheck.enabled ? '1' : '0',
    typeHealthCheck: healthCheck.type,
    portHealthCheck: healthCheck.port,
    periodHealthCheck: healthCheck.periodSeconds,
    timeoutHealthCheck: healthCheck.timeoutSeconds,
    maxHealthCheck: healthCheck.maxTries,
    domainHealthCheck: healthCheck.domain,
    pathHealthCheck: healthCheck.path,
    ...certificateField(spec),
  };
}

/** Converts a new member to the wire format. */
export function memberToWire(spec: MemberSpec): MemberSpec {
  const { serverId, port, serverName, serverIp, type, weight } = spec;
  return { serverId, port, serverName, serverIp, type, weight };
}
