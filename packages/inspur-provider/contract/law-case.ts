import type { MemberRules } from '@k8s-ccm/inspur-emulator';

import type { CloudFault } from '../src/testing/cloud-faults.ts';
import type { LawNode } from './law-nodes.ts';
import type { LawWish } from './law-service.ts';

/** Something that happens to a Service, its Nodes, its process or the cloud. */
export type LawStep =
  | { readonly kind: 'nodes'; readonly nodes: readonly LawNode[] }
  | { readonly kind: 'wish'; readonly wish: LawWish; readonly restarts: boolean }
  | { readonly kind: 'restart' }
  | { readonly kind: 'crash'; readonly calls: number; readonly wish: LawWish }
  | { readonly kind: 'type'; readonly type: 'ClusterIP' | 'LoadBalancer' }
  | { readonly kind: 'slb'; readonly slbId: string; readonly fields: object | 'gone' };

/** A single fault. */
export interface LawFault {
  readonly operation: string;
  readonly fault: CloudFault;
  /** So many calls to the operation succeed before. */
  readonly after: number;
  /** The step in which it strikes. */
  readonly step: number;
}

/** Everything from which a trial begins, and what happens in it. */
export interface LawCase {
  readonly wish: LawWish;
  readonly nodes: readonly LawNode[];
  readonly hasFinalizer: boolean;
  readonly addresses: readonly string[];
  readonly slbs: readonly object[];
  readonly listeners: readonly object[];
  readonly members: readonly object[];
  readonly rules: MemberRules;
  readonly allowedSlbIds: readonly string[] | undefined;
  readonly listsServers: boolean;
  readonly steps: readonly LawStep[];
  readonly fault: LawFault | undefined;
}
