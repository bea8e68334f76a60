import { ServiceError } from '../service/service-error.ts';
import type { ServiceRequest } from '../service/service.ts';
import type { CloudState, ListenerRecord, SlbRecord } from '../state/cloud-state.ts';
import type { Eip, Member } from '../state/wire.ts';
import { SlbCode } from './slb-code.ts';
import { badRequest } from './slb-request.ts';
import type { SlbRoute } from './slb-route.ts';

/** Finds what an SLB call speaks of, or refuses the call with the code that says what is not there. */
export class SlbLookup {
  readonly #state: CloudState;

  constructor(state: CloudState) {
    this.#state = state;
  }

  /** The load balancer of an id; it must be there and the caller's own. */
  slb(slbId: string, { userId }: ServiceRequest): SlbRecord {
    const slb = this.#state.slb(slbId);
    if (slb === undefined) throw new ServiceError(SlbCode.SlbNotFound, `no load balancer ${slbId}`);
    if (slb.wire.userId !== userId) {
      throw new ServiceError(SlbCode.SlbNotAuthorised, `the load balancer ${slbId} is not yours`);
    }
    return slb;
  }

  /** The same, which must be active besides. */
  usableSlb(slbId: string, request: ServiceRequest): SlbRecord {
    const slb = this.slb(slbId, request);
    if (slb.wire.state === 'active') return slb;
    throw new ServiceError(
      SlbCode.ListenerCommandFailed,
      `the load balancer ${slbId} is ${slb.wire.state}`,
    );
  }

  /** The listener that a path names; it must be on the load balancer that the path names. */
  listener(route: SlbRoute, request: ServiceRequest): ListenerRecord {
    const listener = this.slb(route.slbId, request).listeners.get(route.listenerId);
    if (listener === undefined) {
      throw new ServiceError(
        SlbCode.ListenerNotFound,
        `no listener ${route.listenerId} on ${route.slbId}`,
      );
    }
    return listener;
  }

  /** A member of a listener. */
  member(listener: ListenerRecord, backendId: string): Member {
    const member = listener.members.get(backendId);
    if (member === undefined) {
      throw new ServiceError(
        SlbCode.BackendNotFound,
        `no backend ${backendId} on ${listener.wire.listenerId}`,
      );
    }
    return member;
  }

  /** Refuses a server that the cloud does not have. */
  requireServer(type: Member['type'], serverId: string, where: string): void {
    // A cloud without any server is one whose author did not care for servers: it knows every server id.
    if (this.#state.servers.size === 0 || this.#state.servers.has(serverId)) return;
    const code = type === 'POD' ? SlbCode.PodNodeNotFound : SlbCode.ServerNotFound;
    throw new ServiceError(code, `${where}: no server ${serverId}`);
  }

  /** An EIP that is bound to nothing. */
  freeEip(eipId: string): Eip {
    const eip = this.#state.eips.get(eipId);
    if (eip === undefined) throw new ServiceError('101.006004', `eipId: no EIP ${eipId}`);
    if (eip.bindResourceId !== '') {
      throw badRequest(`eipId: ${eipId} is bound to ${eip.bindResourceId} already`);
    }
    return eip;
  }

  /** Takes a load balancer's EIP away, if it has one. */
  releaseEip(slb: SlbRecord): void {
    const eip = this.#state.eips.get(slb.wire.eipId);
    if (eip !== undefined) {
      this.#state.eips.set(eip.eipId, { ...eip, bindResourceId: '', bindResourceType: '' });
    }
    slb.wire = { ...slb.wire, eipId: '', eipAddress: '' };
  }
}
