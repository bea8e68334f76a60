import { refuseControlInput } from '../input/control-input-error.ts';
import { Fields } from '../input/fields.ts';
import type { Member } from '../state/wire.ts';

/** What the members of a listener have to keep to. No source says which of these rules the cloud has. */
export interface MemberRules {
  /**
   * What stands in a listener at most once: nothing (`no`), a `serverId` (`server`), or a `serverIp` with its `port`
   * (`address`). A second one is refused with `107.103500`, or with `107.303500` when a member is changed.
   */
  readonly unique: 'no' | 'server' | 'address';
  /** Members of one listener at most; more are refused with `107.003500`. 0 means no limit. */
  readonly perListener: number;
  /** Members of all listeners of one load balancer at most; more are refused with `107.003500`. 0 means no limit. */
  readonly perSlb: number;
}

/** No rules. */
export const noMemberRules: MemberRules = { unique: 'no', perListener: 0, perSlb: 0 };

/** Reads rules of unknown origin. @throws ControlInputError */
export function readMemberRules(value: unknown): MemberRules {
  const fields = new Fields(value, '', refuseControlInput);
  fields.only(['unique', 'perListener', 'perSlb']);
  return {
    unique: fields.choice('unique', ['no', 'server', 'address'], 'no'),
    perListener: fields.integer('perListener', 0, Infinity, 0),
    perSlb: fields.integer('perSlb', 0, Infinity, 0),
  };
}

/** What must not stand in a listener twice, as text that names the field; undefined when there is no such rule. */
export function uniqueKeyOf(
  { unique }: MemberRules,
  { serverId, serverIp, port }: Pick<Member, 'serverId' | 'serverIp' | 'port'>,
): string | undefined {
  if (unique === 'server') return `serverId ${serverId}`;
  return unique === 'address' ? `serverIp ${serverIp} port ${port}` : undefined;
}
