import { ServiceError } from '../service/service-error.ts';
import type { EncodedBody, Service, ServiceAnswer, ServiceRequest } from '../service/service.ts';
import { encodeJson } from '../service/service.ts';
import type { CloudState, SlbRecord } from '../state/cloud-state.ts';
import { portKey } from '../state/cloud-state.ts';
import { readListenerFields } from '../state/seed-reader.ts';
import type { Listener } from '../state/wire.ts';
import { schemes } from '../state/wire.ts';
import type { MemberRules } from './member-rules.ts';
import { noMemberRules } from './member-rules.ts';
import { SlbCode } from './slb-code.ts';
import { SlbLookup } from './slb-lookup.ts';
import { SlbMembers } from './slb-members.ts';
import { bodyFields, done, ok, oneValue, positive } from './slb-request.ts';
import type { SlbOperation, SlbRoute } from './slb-route.ts';
import { findSlbRoute } from './slb-route.ts';

/** Options of {@link SlbService}. */
export interface SlbServiceOptions {
  readonly region: string;
  /** Returns the current time in epoch milliseconds. */
  readonly now: () => number;
  /**
   * Time that a new load balancer remains in the state `creating`, in milliseconds. Default 0: it is `active`
   * immediately.
   */
  readonly slbCreateMs?: number;
  /**
   * Time that a deleted load balancer remains visible in the state `deleting`, in milliseconds. Default 0: it is
   * removed immediately.
   */
  readonly slbDeleteMs?: number;
  /** Returns the current rules for members. Default: no rules. */
  readonly memberRules?: () => MemberRules;
}

/**
 * The SLB API over a {@link CloudState} (inspur-api.md#slb): its whole behavior, as a function from requests to
 * responses.
 */
export class SlbService implements Service {
  readonly name = 'slb';
  readonly unauthorizedCode = SlbCode.Unauthorized;
  readonly internalErrorCode = SlbCode.InternalError;
  readonly #state: CloudState;
  readonly #options: SlbServiceOptions;
  readonly #lookup: SlbLookup;
  readonly #members: SlbMembers;

  readonly #operations: Readonly<
    Record<SlbOperation, (route: SlbRoute, request: ServiceRequest) => ServiceAnswer>
  > = {
    ListLoadBalancers: (_route, request) => this.#listLoadBalancers(request),
    GetLoadBalancer: (_route, request) =>
      ok([this.#lookup.slb(oneValue(request.query, 'slbId'), request).wire]),
    CreateLoadBalancer: (_route, request) => this.#createLoadBalancer(request),
    RenameLoadBalancer: (route, request) => this.#renameLoadBalancer(route, request),
    DeleteLoadBalancer: (route, request) => this.#deleteLoadBalancer(route, request),
    BindEip: (route, request) => this.#bindEip(route, request),
    UnbindEip: (route, request) => this.#unbindEip(route, request),
    ListListeners: (route, request) =>
      ok([...this.#lookup.slb(route.slbId, request).listeners.values()].map(({ wire }) => wire)),
    GetListener: (route, request) => ok(this.#lookup.listener(route, request).wire),
    CreateListener: (route, request) => this.#createListener(route, request),
    UpdateListener: (route, request) => this.#updateListener(route, request),
    DeleteListener: (route, request) => this.#deleteListener(route, request),
    ListMembers: (route, request) => this.#members.list(route, request),
    AddMembers: (route, request) => this.#members.add(route, request),
    RemoveMembers: (route, request) => this.#members.remove(route, request),
    UpdateMember: (route, request) => this.#members.update(route, request),
  };

  constructor(state: CloudState, options: SlbServiceOptions) {
    this.#state = state;
    this.#options = options;
    this.#lookup = new SlbLookup(state);
    const rules = options.memberRules ?? ((): MemberRules => noMemberRules);
    this.#members = new SlbMembers(state, this.#lookup, rules);
  }

  operationOf(request: Omit<ServiceRequest, 'userId'>): string {
    return findSlbRoute(request.method, request.path, request.query).operation ?? '';
  }

  handle(request: ServiceRequest): ServiceAnswer {
    const route = findSlbRoute(request.method, request.path, request.query);
    if (route.operation === undefined) {
      throw new ServiceError(SlbCode.BadRequest, route.message, route.status);
    }
    return this.#operations[route.operation](route, request);
  }

  emptyAnswer(operation: string): ServiceAnswer | undefined {
    return operation.startsWith('List') || operation === 'GetLoadBalancer' ? ok([]) : undefined;
  }

  refusal(code: string, message: string): unknown {
    return { code, message };
  }

  encode(body: unknown): EncodedBody {
    return encodeJson(body);
  }

  #listLoadBalancers({ query, userId }: ServiceRequest): ServiceAnswer {
    const name = query.get('slbName');
    const own = this.#state
      .slbs()
      .filter(({ wire }) => wire.userId === userId && (name === null || wire.slbName === name))
      .map(({ wire }) => wire);
    if (!query.has('pageNo') && !query.has('pageSize')) return ok(own);
    const size = positive(query, 'pageSize', 10);
    const start = (positive(query, 'pageNo', 1) - 1) * size;
    return ok(own.slice(start, start + size));
  }

  #createLoadBalancer({ body, userId }: ServiceRequest): ServiceAnswer {
    const fields = bodyFields(body);
    const slbName = fields.string('slbName');
    const scheme = fields.choice('scheme', schemes);
    const vpcId = fields.string('vpcId');
    const subnetId = fields.string('subnetId');
    const specificationId = fields.string('specificationId');
    const chargeType = fields.string('chargeType');
    const eipId = fields.string('eipId', '');
    const eip = eipId === '' ? undefined : this.#lookup.freeEip(eipId);
    const now = this.#options.now();
    const wait = this.#options.slbCreateMs ?? 0;
    const slbId = this.#state.newId('slb');
    const record = this.#state.addSlb(
      {
        regionId: this.#options.region,
        createdTime: new Date(now).toISOString(),
        expiredTime: '',
        specificationId,
        specificationName: specificationId,
        slbId,
        slbName,
        scheme,
        businessIp: this.#state.newAddress(10),
        vpcId,
        vpcName: vpcId,
        subnetId,
        eipId,
        eipAddress: eip?.eipAddress ?? '',
        listenerCount: 0,
        slbType: 'application',
        state: wait > 0 ? 'creating' : 'active',
        userId,
      },
      chargeType,
      wait > 0 ? now + wait : undefined,
    );
    if (eip !== undefined) {
      this.#state.eips.set(eipId, { ...eip, bindResourceId: slbId, bindResourceType: 'SLB' });
    }
    return ok(record.wire);
  }

  #renameLoadBalancer(route: SlbRoute, request: ServiceRequest): ServiceAnswer {
    const slb = this.#lookup.slb(route.slbId, request);
    const slbName = bodyFields(request.body).string('slbName');
    slb.wire = { ...slb.wire, slbName };
    const { wire, chargeType } = slb;
    return ok({ ...wire, chargeType, purchaseTime: wire.createdTime, type: wire.slbType });
  }

  #deleteLoadBalancer(route: SlbRoute, request: ServiceRequest): ServiceAnswer {
    const slb = this.#lookup.slb(route.slbId, request);
    if (slb.listeners.size > 0) {
      throw new ServiceError(
        SlbCode.BadRequest,
        `${route.slbId} still has ${slb.listeners.size} listeners`,
      );
    }
    this.#lookup.releaseEip(slb);
    const wait = this.#options.slbDeleteMs ?? 0;
    if (wait === 0) {
      this.#state.removeSlb(slb);
    } else if (slb.wire.state !== 'deleting') {
      slb.wire = { ...slb.wire, state: 'deleting' };
      slb.settlesAt = this.#options.now() + wait;
    }
    return { status: 202, body: done };
  }

  #bindEip(route: SlbRoute, request: ServiceRequest): ServiceAnswer {
    const slb = this.#lookup.slb(route.slbId, request);
    const eipId = bodyFields(request.body).string('eipId');
    const eip = this.#lookup.freeEip(eipId);
    if (slb.wire.eipId !== '') {
      throw new ServiceError(
        SlbCode.BadRequest,
        `${route.slbId} already has the EIP ${slb.wire.eipId}`,
      );
    }
    this.#state.eips.set(eipId, { ...eip, bindResourceId: route.slbId, bindResourceType: 'SLB' });
    slb.wire = { ...slb.wire, eipId, eipAddress: eip.eipAddress };
    return ok(done);
  }

  #unbindEip(route: SlbRoute, request: ServiceRequest): ServiceAnswer {
    const slb = this.#lookup.slb(route.slbId, request);
    if (slb.wire.eipId === '')
      throw new ServiceError(SlbCode.BadRequest, `${route.slbId} has no EIP`);
    this.#lookup.releaseEip(slb);
    return ok(done);
  }

  #createListener(route: SlbRoute, request: ServiceRequest): ServiceAnswer {
    const slb = this.#lookup.usableSlb(route.slbId, request);
    const wire: Listener = {
      slbId: route.slbId,
      listenerId: this.#state.newId('listener'),
      ...this.#listenerFields(route, request, slb),
    };
    return ok(this.#state.addListener(slb, wire).wire);
  }

  #updateListener(route: SlbRoute, request: ServiceRequest): ServiceAnswer {
    const listener = this.#lookup.listener(route, request);
    const { slbId, listenerId } = listener.wire;
    const fields = this.#listenerFields(route, request, listener.slb);
    this.#state.changeListener(listener, { slbId, listenerId, ...fields });
    return ok(listener.wire);
  }

  #deleteListener(route: SlbRoute, request: ServiceRequest): ServiceAnswer {
    this.#state.removeListener(this.#lookup.listener(route, request));
    return { status: 204 };
  }

  #listenerFields(
    route: SlbRoute,
    request: ServiceRequest,
    slb: SlbRecord,
  ): Omit<Listener, 'slbId' | 'listenerId'> {
    const fields = bodyFields(request.body);
    if (fields.string('slbId', route.slbId) !== route.slbId) {
      throw fields.refuse('slbId', `the path's "${route.slbId}"`);
    }
    const wire = readListenerFields(fields);
    if (wire.certificateId === '') {
      throw new ServiceError(
        SlbCode.CertificateEmpty,
        'certificateId: required for an HTTPS listener',
      );
    }
    const holder = slb.ports.get(portKey(wire));
    if (holder !== undefined && holder !== route.listenerId) {
      throw new ServiceError(
        SlbCode.ListenerPortExists,
        `port: ${wire.protocol} ${wire.port} of ${route.slbId} is used by listener ${holder}`,
      );
    }
    return wire;
  }
}
