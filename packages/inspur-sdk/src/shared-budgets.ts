import type { BudgetOptions, Clock } from '@k8s-ccm/cloud-http';
import { Budget } from '@k8s-ccm/cloud-http';

const budgets = new WeakMap<Clock, Map<string, Budget>>();

/**
 * The budget that all clients of an account share in this process. Limits are those of the account's first client.
 * Keyed by the clock too, because a budget counts by one clock.
 */
export function sharedBudget(account: string, clock: Clock, limits: BudgetOptions): Budget {
  const ofClock = budgets.get(clock) ?? new Map<string, Budget>();
  budgets.set(clock, ofClock);
  const budget = ofClock.get(account) ?? new Budget({ ...limits, clock });
  ofClock.set(account, budget);
  return budget;
}
