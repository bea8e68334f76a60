import type { CallOptions } from '../call/call-options.ts';

/** The desired state of a member of a listener. */
export interface MemberSpec {
  /** ID of the ECS server. */
  readonly serverId: string;
  readonly serverName: string;
  readonly serverIp: string;
  readonly port: number;
  /** `ECS`. */
  readonly type: string;
  readonly weight: number;
}

/** A member of a listener, as the cloud describes it. */
export interface Member extends MemberSpec {
  readonly backendId: string;
  readonly listenerId: string;
}

/** The settings of a member that can be changed. */
export interface MemberChange {
  readonly weight: number;
  readonly port: number;
}

/** The result of {@link MemberClient.add}. */
export interface AddedMembers {
  /** The requested members that the listener now has. */
  readonly added: readonly MemberSpec[];
  /** The same members with their IDs. Shorter than `added` if a response does not list its members [assumed]. */
  readonly named: readonly Member[];
  /** The calls that failed. Empty if all members were added. */
  readonly failures: readonly MemberFailure[];
}

/** The members of a failed call, with its error. */
export interface MemberFailure {
  readonly members: readonly MemberSpec[];
  /** A `CloudError`, or an error that has one among its causes. */
  readonly error: unknown;
}

/** Client for the members of listeners. Throws the same errors as `SlbClient`. */
export interface MemberClient {
  /** Lists all members of a listener. */
  list(slbId: string, listenerId: string, options?: CallOptions): Promise<readonly Member[]>;
  /**
   * Adds members, at most `maxAddedMembers` per call. Each call adds either all of its members or none. If a call fails,
   * the other calls are still made, so check `failures`. After an unknown outcome, a member with the same server and port
   * is assumed to be the requested one. Makes no call if `members` is empty.
   *
   * @throws only errors that are not failures of the cloud, such as the reason of `signal`
   */
  add(
    slbId: string,
    listenerId: string,
    members: readonly MemberSpec[],
    options?: CallOptions,
  ): Promise<AddedMembers>;
  /**
   * Removes members, in calls whose URL has at most `maxUrlBytes` bytes. Members that no longer exist are ignored. If a
   * call fails, the other calls are still made. Makes no call if `backendIds` is empty.
   *
   * @throws the error of the failed call; if several calls failed, an `AggregateError` whose cause is the first error
   */
  remove(
    slbId: string,
    listenerId: string,
    backendIds: readonly string[],
    options?: CallOptions,
  ): Promise<void>;
  /** Changes the weight and the port of a member. The path is assumed. */
  update(
    slbId: string,
    listenerId: string,
    backendId: string,
    change: MemberChange,
    options?: CallOptions,
  ): Promise<void>;
}
