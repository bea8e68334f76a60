import { ServiceError } from '../service/service-error.ts';
import type { CloudState } from '../state/cloud-state.ts';
import type { Eip } from '../state/wire.ts';
import type { RpcParameters } from './rpc-parameters.ts';
import { RpcCode } from './rpc-parameters.ts';
import type { RpcAction, RpcResult } from './rpc-service.ts';

/**
 * Returns the actions of the EIP API for the public addresses of a cloud (inspur-api.md#eip; parameters and responses
 * assumed).
 */
export function eipActions(state: CloudState): Readonly<Record<string, RpcAction>> {
  return {
    ListEips: {
      perform: (parameters) => {
        const ids = parameters.ids('eipIds');
        const found = [...state.eips.values()].filter(
          (eip) => ids === undefined || ids.includes(eip.eipId),
        );
        return eipList(parameters.page(found), found.length);
      },
      empty: eipList([], 0),
    },
    CreateEip: { perform: (parameters) => createEip(state, parameters) },
    DeleteEip: {
      perform: (parameters) => {
        const { eipId, bindResourceId } = eipOf(state, parameters);
        if (bindResourceId !== '')
          throw parameters.refuse('eipId', `an EIP that is not bound to ${bindResourceId}`);
        state.eips.delete(eipId);
        return { data: { eipId } };
      },
    },
    BindEip: { perform: (parameters) => bindEip(state, parameters) },
    UnbindEip: {
      perform: (parameters) => {
        const eip = eipOf(state, parameters);
        showOn(state, eip, '', '');
        const free = { ...eip, bindResourceId: '', bindResourceType: '' };
        state.eips.set(eip.eipId, free);
        return { data: free };
      },
    },
    UpdateEipBandwidth: {
      perform: (parameters) => {
        const eip = {
          ...eipOf(state, parameters),
          bandwidth: parameters.integer('bandwidth', 1, 1_000_000),
        };
        state.eips.set(eip.eipId, eip);
        return { data: eip };
      },
    },
  };
}

function eipList(eips: readonly Eip[], total: number): RpcResult {
  return { data: { total, eips } };
}

function createEip(state: CloudState, parameters: RpcParameters): RpcResult {
  const eip: Eip = {
    eipId: '',
    eipAddress: '',
    bandwidth: parameters.integer('bandwidth', 1, 1_000_000),
    chargeType: parameters.text('chargeType'),
    status: 'active',
    bindResourceId: '',
    bindResourceType: '',
    tags: {},
  };
  const created = { ...eip, eipId: state.newId('eip'), eipAddress: state.newAddress(203) };
  state.eips.set(created.eipId, created);
  return { data: created };
}

function bindEip(state: CloudState, parameters: RpcParameters): RpcResult {
  const eip = eipOf(state, parameters);
  if (eip.bindResourceId !== '')
    throw parameters.refuse('eipId', `an EIP that is not bound to ${eip.bindResourceId}`);
  const bindResourceId = parameters.text('bindResourceId');
  const bindResourceType = parameters.text('bindResourceType');
  const bound = { ...eip, bindResourceId, bindResourceType };
  if (bindResourceType !== 'SLB' && bindResourceType !== 'ECS')
    throw parameters.refuse('bindResourceType', 'SLB or ECS');
  if (!showOn(state, bound, eip.eipId, eip.eipAddress)) {
    throw parameters.refuse(
      'bindResourceId',
      `the ID of a resource of type ${bindResourceType} without an EIP`,
    );
  }
  state.eips.set(eip.eipId, bound);
  return { data: bound };
}

/**
 * Sets the EIP of the resource to which it is bound. Returns false if the resource does not exist or has another EIP.
 */
function showOn(state: CloudState, bound: Eip, eipId: string, eipAddress: string): boolean {
  const slb = bound.bindResourceType === 'SLB' ? state.slb(bound.bindResourceId) : undefined;
  if (slb !== undefined) {
    if (eipId !== '' && slb.wire.eipId !== '') return false;
    slb.wire = { ...slb.wire, eipId, eipAddress };
    return true;
  }
  const server =
    bound.bindResourceType === 'ECS' ? state.servers.get(bound.bindResourceId) : undefined;
  if (server === undefined || (eipId !== '' && server.eipAddress !== '')) return false;
  state.servers.set(server.serverId, { ...server, eipAddress });
  return true;
}

function eipOf(state: CloudState, parameters: RpcParameters): Eip {
  const eipId = parameters.text('eipId');
  const eip = state.eips.get(eipId);
  if (eip === undefined) throw new ServiceError(RpcCode.EipNotFound, `eipId: no EIP ${eipId}`);
  return eip;
}
