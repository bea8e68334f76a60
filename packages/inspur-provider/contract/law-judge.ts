import type { PlannedStep } from '@k8s-ccm/cloud-provider';
import type {
  CloudSnapshot,
  Listener,
  LoadBalancer,
  Member,
  MemberRules,
} from '@k8s-ccm/inspur-emulator';

import { carriesName, carriesOldName } from './law-names.ts';
import type { ExpectedHosts } from './law-nodes.ts';
import { isSound, wishedListeners } from './law-service.ts';
import type { LawWish, WishedListener } from './law-service.ts';
import { accountUser } from './local-cloud.ts';
import type { Ending } from './service-loop.ts';

/** What there is to judge once a Service has been tried. */
export interface LawView {
  readonly picture: CloudSnapshot;
  readonly uid: string;
  readonly wish: LawWish;
  readonly expected: ExpectedHosts;
  readonly rules: MemberRules;
  readonly allowedSlbIds: readonly string[] | undefined;
  /** The addresses that the Service shows. */
  readonly addresses: readonly string[];
  readonly ending: Ending;
  /** All that the process has told, the last error included. */
  readonly texts: readonly string[];
  /** Whether no fault can have struck. */
  readonly isCalm: boolean;
  /** SLBs on which listeners of the Service may remain: they were another account's before, or were given up. */
  readonly unknowable: ReadonlySet<string>;
}

/** Says what is not as it must be after a try. Reads the rules a second time, without the product's code. */
export function complaints(view: LawView): readonly string[] {
  const { ending, wish } = view;
  if (ending.kind === 'left-alone' || ending.kind === 'released' || wish.slbId === '') return [];
  const slb = usableSlb(view);
  return slb === undefined ? whileImpossible(view) : served(view, slb);
}

/** Says why the removal of a Service should not have failed. */
export function removalComplaints({ ending, picture }: LawView): readonly string[] {
  const foreign = picture.slbs.filter(({ userId }) => userId !== accountUser);
  const isInDoubt = foreign.some(({ slbId }) => ending.error.includes(`SLB "${slbId}"`));
  return ending.kind !== 'failed' || isInDoubt ? [] : [`fails without a reason: ${ending.error}`];
}

/** Says what remains elsewhere, without a word to the user, once no try changes anything any more. */
export function leftoverComplaints(view: LawView): readonly string[] {
  const { ending, picture, uid, unknowable, wish } = view;
  const isServed = ending.kind === 'ensured';
  const own = new Set(
    picture.slbs.filter((slb) => slb.userId === accountUser).map(({ slbId }) => slbId),
  );
  const now = [...ending.reports, ending.error];
  return picture.listeners
    .filter(
      (one) =>
        carriesName(uid, one) &&
        own.has(one.slbId) &&
        !unknowable.has(one.slbId) &&
        !(isServed && one.slbId === wish.slbId) &&
        ending.kind !== 'failed' &&
        !now.some((text) => text.includes(`"${one.slbId}"`)),
    )
    .map((one) => `listener ${one.listenerName} remains on ${one.slbId}`);
}

/** Says which steps of a plan nobody was told the reason of. */
export function unexplained(
  steps: readonly PlannedStep[],
  { ending, texts }: Pick<LawView, 'ending' | 'texts'>,
): readonly string[] {
  const told = (text: string): boolean => texts.some((one) => one.includes(text));
  const isQuotaTold = told('107.003500');
  const isExplained = ({ detail, operation, target }: PlannedStep): boolean => {
    if (operation === 'None') return ending.error.includes(detail);
    if (ending.error.includes(`"${target.split(': ')[0] ?? ''}"`)) return true;
    const slbId = /from SLB "(?<slbId>[^"]*)"/.exec(detail)?.groups?.['slbId'];
    if (slbId !== undefined) {
      const now = [...ending.reports, ending.error];
      return now.some((text) => text.includes(`SLB "${slbId}"`)) || ending.error !== '';
    }
    if (operation === 'AddMembers') {
      return detail.split(', ').every((serverId) => isQuotaTold || told(`"${serverId}"`));
    }
    return operation === 'RemoveMembers' && (isQuotaTold || told('as a member'));
  };
  return steps
    .filter((step) => !isExplained(step))
    .map(({ detail, operation, target }) => `nothing explains: ${operation} ${target} ${detail}`);
}

/** The named SLB, if listeners can be put on it. */
function usableSlb({ allowedSlbIds, picture, wish }: LawView): LoadBalancer | undefined {
  const { slbId } = wish;
  const isAllowed =
    allowedSlbIds === undefined || allowedSlbIds.includes('*') || allowedSlbIds.includes(slbId);
  if (!isSound(wish) || !isAllowed) return undefined;
  return picture.slbs.find(
    (slb) => slb.slbId === slbId && slb.userId === accountUser && slb.state === 'active',
  );
}

function served(view: LawView, slb: LoadBalancer): readonly string[] {
  const { addresses, ending, picture, uid, wish } = view;
  const { slbId } = slb;
  const problems: string[] = [];
  const mine = (one: Listener): boolean =>
    one.slbId === slbId && (carriesName(uid, one) || carriesOldName(uid, one));
  let isClashing = false;
  let isEmpty = false;
  const wished = wishedListeners(wish);
  for (const one of wished) {
    const { port, protocol } = one;
    const holder = picture.listeners.find(
      (listener) => listener.slbId === slbId && portOf(listener) === portOf(one),
    );
    if (holder === undefined) {
      problems.push(`${protocol} port ${port} has no listener`);
    } else if (!mine(holder)) {
      isClashing = true;
      if (!ending.error.includes(holder.listenerName)) {
        problems.push(`nobody is told that ${holder.listenerName} holds ${protocol} port ${port}`);
      }
    } else {
      if (holder.protocol !== protocol || holder.forwardRule !== wish.forwardRule) {
        problems.push(`listener ${holder.listenerName} is ${JSON.stringify(holder)}`);
      }
      if (holder.isHealthCheck !== (wish.checksHealth ? '1' : '0')) {
        problems.push(`listener ${holder.listenerName} has the wrong health check`);
      }
      problems.push(...wrongMembers(view, holder, one));
      isEmpty ||= membersOf(picture, holder).length === 0 && view.expected.hosts.length > 0;
    }
  }
  const surplus = picture.listeners.filter(
    (one) => mine(one) && !wished.some((wanted) => portOf(wanted) === portOf(one)),
  );
  problems.push(...surplus.map(({ listenerName }) => `listener ${listenerName} is not wanted`));
  if (ending.kind === 'failed') {
    if (!isClashing && !isEmpty && problems.length === 0) {
      problems.push(`fails without a reason: ${ending.error}`);
    }
  } else if (isClashing) problems.push('a clash is no failure');
  const shown = [slb.businessIp, slb.eipAddress].filter((address) => address !== '');
  if (ending.kind === 'ensured' && addresses.join() !== shown.join()) {
    problems.push(`the status shows ${addresses.join()}, not ${shown.join()}`);
  }
  return problems;
}

/** The wish cannot be followed: the user is told, and members follow the Nodes where the Service is served. */
function whileImpossible(view: LawView): readonly string[] {
  const { addresses, ending, picture, uid, unknowable, wish } = view;
  const problems = ending.kind === 'failed' ? [] : [`is ${ending.kind} though it cannot be`];
  const slbs = picture.slbs.filter(
    ({ businessIp, slbId, userId }) =>
      userId === accountUser && addresses.includes(businessIp) && !unknowable.has(slbId),
  );
  const isPortKnown = (one: Listener): boolean =>
    membersOf(picture, one).length > 0 ||
    wish.ports.some(
      ({ nodePort = 0, port, protocol = 'TCP' }) =>
        nodePort !== 0 &&
        [port, nodePort].some((number) => portOf({ protocol, port: number }) === portOf(one)),
    );
  const serving = picture.listeners.filter(
    (one) =>
      carriesName(uid, one) && slbs.some(({ slbId }) => slbId === one.slbId) && isPortKnown(one),
  );
  return [...problems, ...serving.flatMap((listener) => wrongMembers(view, listener, undefined))];
}

function wrongMembers(
  view: LawView,
  listener: Listener,
  wished: WishedListener | undefined,
): readonly string[] {
  const { ending, expected, picture, rules, texts } = view;
  const members = membersOf(picture, listener);
  const fits = (host: ExpectedHosts['hosts'][number], member: Member): boolean =>
    member.serverId === host.serverId &&
    member.serverIp === host.serverIp &&
    (wished === undefined || (member.port === wished.nodePort && member.weight === 10));
  const told = (text: string): boolean => texts.some((one) => one.includes(text));
  const isFull = fullness(picture, listener, rules) && told('107.003500');
  const missing = expected.hosts.filter((host) => !members.some((member) => fits(host, member)));
  const strange = members.filter((member) => !expected.hosts.some((host) => fits(host, member)));
  const problems = missing
    .filter(({ serverId }) => !isFull && !told(`"${serverId}"`))
    .filter(({ name }) => view.isCalm || !told(`node "${name}"`))
    .map(({ name }) => `node ${name} is no member of ${listener.listenerName}`);
  const isKept =
    members.length === 1 && missing.length > 0 && missing.length === expected.hosts.length;
  const isInDoubt = expected.unknown.length > 0;
  if (strange.length > 0 && !isKept && !isInDoubt && ending.kind !== 'failed') {
    problems.push(`${listener.listenerName} has strange members: ${JSON.stringify(strange)}`);
  }
  for (const name of [...expected.skipped, ...expected.unknown.slice(0, 1)]) {
    if (!told(`"${name}"`)) problems.push(`nobody is told why node ${name} gets no traffic`);
  }
  return problems;
}

function fullness(picture: CloudSnapshot, listener: Listener, rules: MemberRules): boolean {
  const { perListener, perSlb } = rules;
  const ids = new Set(
    picture.listeners
      .filter(({ slbId }) => slbId === listener.slbId)
      .map(({ listenerId }) => listenerId),
  );
  const total = picture.members.filter(({ listenerId }) => ids.has(listenerId)).length;
  const isFull = perListener > 0 && membersOf(picture, listener).length >= perListener;
  return isFull || (perSlb > 0 && total >= perSlb);
}

function membersOf({ members }: CloudSnapshot, { listenerId }: Listener): readonly Member[] {
  return members.filter((member) => member.listenerId === listenerId);
}

function portOf({ port, protocol }: { readonly port: number; readonly protocol: string }): string {
  return `${protocol === 'UDP' ? 'UDP' : 'TCP'}/${port}`;
}
