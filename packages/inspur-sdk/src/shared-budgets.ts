import type { BudgetLimits, Clock } from '@k8s-ccm/cloud-http';
import { Budget } from '@k8s-ccm/cloud-http';

const budgets = new WeakMap<Clock, Map<string, Budget>>();

/**
 * Returns the budget that all clients of an account share in this process. The limits are those of the account's newest
 * client, so that a changed configuration takes effect. There is one budget per clock.
 */
export function sharedBudget(account: string, clock: Clock, limits: BudgetLimits): Budget {
  const ofClock = budgets.get(clock) ?? new Map<string, Budget>();
  budgets.set(clock, ofClock);
  const known = ofClock.get(account);
  known?.setLimits(limits);
  const budget = known ?? new Budget({ ...limits, clock });
  ofClock.set(account, budget);
  return budget;
}
