import { Fields, show } from '../input/fields.ts';
import { ServiceError } from '../service/service-error.ts';
import type { ServiceAnswer, ServiceRequest } from '../service/service.ts';
import type { CloudState, ListenerRecord } from '../state/cloud-state.ts';
import { readMemberFields } from '../state/seed-reader.ts';
import type { Member } from '../state/wire.ts';
import type { MemberRules } from './member-rules.ts';
import { uniqueKeyOf } from './member-rules.ts';
import { SlbCode } from './slb-code.ts';
import type { SlbLookup } from './slb-lookup.ts';
import { badRequest, bodyFields, done, ok, oneValue, parse } from './slb-request.ts';
import type { SlbRoute } from './slb-route.ts';

/**
 * Operations on the members of listeners in the SLB API (inspur-api.md#slb-operations). Each call does either
 * everything or nothing.
 */
export class SlbMembers {
  readonly #state: CloudState;
  readonly #lookup: SlbLookup;
  readonly #rules: () => MemberRules;

  /** @param rules returns the current rules */
  constructor(state: CloudState, lookup: SlbLookup, rules: () => MemberRules) {
    this.#state = state;
    this.#lookup = lookup;
    this.#rules = rules;
  }

  list(route: SlbRoute, request: ServiceRequest): ServiceAnswer {
    return ok([...this.#lookup.listener(route, request).members.values()]);
  }

  add(route: SlbRoute, request: ServiceRequest): ServiceAnswer {
    const listener = this.#lookup.listener(route, request);
    const body = parse(request.body);
    if (!Array.isArray(body) || body.length === 0) {
      throw badRequest(`body: expected a non-empty array of members, got ${show(body)}`);
    }
    const members = body.map((one: unknown, index) => {
      const member = readMemberFields(new Fields(one, `${index}.`, badRequest));
      this.#lookup.requireServer(member.type, member.serverId, `${index}.serverId`);
      return member;
    });
    this.#requireRoom(listener, members.length);
    const present = [...listener.members.values()];
    for (const [index, member] of members.entries()) {
      const others = [...present, ...members.slice(0, index)];
      this.#requireUnique(others, member, SlbCode.AddBackendsFailed);
    }
    const { listenerId } = route;
    const data: Member[] = [];
    for (const member of members) {
      const added = { backendId: this.#state.newId('backend'), listenerId, ...member };
      this.#state.putMember(listener, added);
      data.push(added);
    }
    return ok({ ...done, data });
  }

  remove(route: SlbRoute, request: ServiceRequest): ServiceAnswer {
    const listener = this.#lookup.listener(route, request);
    const text = oneValue(request.query, 'backendIdList');
    const expected = 'backendIdList: expected a non-empty JSON array of IDs in one value';
    const ids = parse(text, expected);
    if (!Array.isArray(ids) || ids.length === 0) throw badRequest(`${expected}, got ${show(text)}`);
    const found = new Set<string>();
    for (const id of ids as readonly unknown[]) {
      if (typeof id !== 'string') throw badRequest(`${expected}, got ${show(text)}`);
      this.#lookup.member(listener, id);
      found.add(id);
    }
    for (const id of found) this.#state.removeMember(listener, id);
    return ok(done);
  }

  update(route: SlbRoute, request: ServiceRequest): ServiceAnswer {
    const listener = this.#lookup.listener(route, request);
    const member = this.#lookup.member(listener, route.backendId);
    const fields = bodyFields(request.body);
    const changed: Member = {
      ...member,
      weight: fields.integer('weight', 0, Infinity),
      port: fields.integer('port', 1, 65_535, member.port),
    };
    const others = [...listener.members.values()].filter((other) => other !== member);
    this.#requireUnique(others, changed, SlbCode.ChangeBackendsFailed);
    this.#state.putMember(listener, changed);
    return ok({ ...done, data: [changed] });
  }

  #requireRoom({ members, slb }: ListenerRecord, more: number): void {
    const { perListener, perSlb } = this.#rules();
    if (perListener > 0 && members.size + more > perListener) {
      throw new ServiceError(
        SlbCode.NodeQuotaShort,
        `a listener has at most ${perListener} members`,
      );
    }
    let total = more;
    for (const listener of slb.listeners.values()) total += listener.members.size;
    if (perSlb > 0 && total > perSlb) {
      throw new ServiceError(
        SlbCode.NodeQuotaShort,
        `a load balancer has at most ${perSlb} members`,
      );
    }
  }

  #requireUnique(
    others: readonly Omit<Member, 'backendId' | 'listenerId'>[],
    member: Omit<Member, 'backendId' | 'listenerId'>,
    code: string,
  ): void {
    const rules = this.#rules();
    const key = uniqueKeyOf(rules, member);
    if (key === undefined || others.every((other) => uniqueKeyOf(rules, other) !== key)) return;
    throw new ServiceError(code, `${key} is already a member of the listener`);
  }
}
