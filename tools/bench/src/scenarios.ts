import { nodesScenario } from './nodes/nodes-scenario.ts';
import type { Scenario } from './scenario/scenario.ts';
import { servicesScenario } from './services/services-scenario.ts';

/** All scenarios. */
export const scenarios: readonly Scenario[] = [servicesScenario, nodesScenario];

/** The scenario of a name. @throws Error where there is none */
export function scenarioOf(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`no scenario ${name}`);
  return found;
}
