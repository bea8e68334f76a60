import { ServiceError } from '../service/service-error.ts';
import type { ServiceRequest } from '../service/service.ts';
import type { CloudState, ListenerRecord, SlbRecord } from '../state/cloud-state.ts';
import type { Eip, Member } from '../state/wire.ts';
import { SlbCode } from './slb-code.ts';
import { badRequest } from './slb-request.ts';
import type { SlbRoute } from './slb-route.ts';

/** Finds the objects of an SLB call. Refuses the call with the documented code if an object does not exist. */
export class SlbLookup {
  readonly #state: CloudState;

  constructor(state: CloudState) {
    this.#state = state;
  }

  /** Returns a load balancer, which must exist and belong to the caller. */
  slb(slbId: string, { userId }: ServiceRequest): SlbRecord {
    const slb = this.#state.slb(slbId);
    if (slb === undefined)
      throw new ServiceError(SlbCode.SlbNotFound, `load balancer ${slbId} does not exist`);
    if (slb.wire.userId !== userId) {
      throw new ServiceError(
        SlbCode.SlbNotAuthorized,
        `load balancer ${slbId} belongs to another account`,
      );
    }
    return slb;
  }

  /** Returns a load balancer, which must also be active. */
  usableSlb(slbId: string, request: ServiceRequest): SlbRecord {
    const slb = this.slb(slbId, request);
    if (slb.wire.state === 'active') return slb;
    throw new ServiceError(
      SlbCode.ListenerCommandFailed,
      `load balancer ${slbId} is in the state ${slb.wire.state}`,
    );
  }

  /** Returns the listener in a path, which must belong to the load balancer in the path. */
  listener(route: SlbRoute, request: ServiceRequest): ListenerRecord {
    const listener = this.slb(route.slbId, request).listeners.get(route.listenerId);
    if (listener === undefined) {
      throw new ServiceError(
        SlbCode.ListenerNotFound,
        `listener ${route.listenerId} does not exist on ${route.slbId}`,
      );
    }
    return listener;
  }

  /** Returns a member of a listener. */
  member(listener: ListenerRecord, backendId: string): Member {
    const member = listener.members.get(backendId);
    if (member === undefined) {
      throw new ServiceError(
        SlbCode.BackendNotFound,
        `backend ${backendId} does not exist in ${listener.wire.listenerId}`,
      );
    }
    return member;
  }

  /** Refuses a server that does not exist in the cloud. */
  requireServer(type: Member['type'], serverId: string, where: string): void {
    // A cloud without servers accepts any server ID, for tests that need no servers.
    if (this.#state.servers.size === 0 || this.#state.servers.has(serverId)) return;
    const code = type === 'POD' ? SlbCode.PodNodeNotFound : SlbCode.ServerNotFound;
    throw new ServiceError(code, `${where}: server ${serverId} does not exist`);
  }

  /** Returns an EIP, which must not be bound. */
  freeEip(eipId: string): Eip {
    const eip = this.#state.eips.get(eipId);
    if (eip === undefined) throw new ServiceError('101.006004', `eipId: no EIP ${eipId}`);
    if (eip.bindResourceId !== '') {
      throw badRequest(`eipId: ${eipId} is already bound to ${eip.bindResourceId}`);
    }
    return eip;
  }

  /** Unbinds the EIP of a load balancer, if any. */
  releaseEip(slb: SlbRecord): void {
    const eip = this.#state.eips.get(slb.wire.eipId);
    if (eip !== undefined) {
      this.#state.eips.set(eip.eipId, { ...eip, bindResourceId: '', bindResourceType: '' });
    }
    slb.wire = { ...slb.wire, eipId: '', eipAddress: '' };
  }
}
