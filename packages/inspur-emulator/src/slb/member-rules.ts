import { refuseControlInput } from '../input/control-input-error.ts';
import { Fields } from '../input/fields.ts';
import type { Member } from '../state/wire.ts';

/** Rules for the members of a listener. No source tells which of these rules the cloud has. */
export interface MemberRules {
  /**
   * What must be unique within a listener: nothing (`no`), the `serverId` (`server`), or the `serverIp` and `port`
   * (`address`). A duplicate is refused with `107.103500`, or with `107.303500` if a member is changed.
   */
  readonly unique: 'no' | 'server' | 'address';
  /** Maximum number of members per listener; more are refused with `107.003500`. 0 means no limit. */
  readonly perListener: number;
  /**
   * Maximum number of members of all listeners of a load balancer; more are refused with `107.003500`. 0 means no
   * limit.
   */
  readonly perSlb: number;
}

/** Rules that allow everything. */
export const noMemberRules: MemberRules = { unique: 'no', perListener: 0, perSlb: 0 };

/** Validates rules. @throws ControlInputError if they are invalid */
export function readMemberRules(value: unknown): MemberRules {
  const fields = new Fields(value, '', refuseControlInput);
  fields.only(['unique', 'perListener', 'perSlb']);
  return {
    unique: fields.choice('unique', ['no', 'server', 'address'], 'no'),
    perListener: fields.integer('perListener', 0, Infinity, 0),
    perSlb: fields.integer('perSlb', 0, Infinity, 0),
  };
}

/** Returns the unique key of a member as a text that names the field; `undefined` if there is no such rule. */
export function uniqueKeyOf(
  { unique }: MemberRules,
  { serverId, serverIp, port }: Pick<Member, 'serverId' | 'serverIp' | 'port'>,
): string | undefined {
  if (unique === 'server') return `serverId ${serverId}`;
  return unique === 'address' ? `serverIp ${serverIp} port ${port}` : undefined;
}
