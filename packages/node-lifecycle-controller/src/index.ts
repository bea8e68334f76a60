export { cloudNodeLifecycleController } from './cloud-node-lifecycle-controller.ts';
export type { NodeLifecycleControllerContext } from './cloud-node-lifecycle-controller.ts';
export { decide, isBlocked } from './decide.ts';
export type {
  Access,
  BlockedReason,
  Decision,
  DeletionProof,
  DeletionRules,
  Evidence,
  KeepReason,
  QuarantineReason,
  Span,
  Witness,
} from './decide.ts';
export {
  DeletionBudgetError,
  deletionBudgetLimit,
  parseDeletionBudget,
} from './deletion-budget.ts';
export type { DeletionBudgetRule } from './deletion-budget.ts';
export { NodeLifecycleController } from './node-lifecycle-controller.ts';
export type { NodeLifecycleControllerOptions } from './node-lifecycle-controller.ts';
