import { startEmulator } from '@k8s-ccm/inspur-emulator';
import type { Emulator } from '@k8s-ccm/inspur-emulator';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { routeFaultsOf, routeOperations } from '../testing/route-faults.ts';
import { routeAttemptMs, routeStories, RouteTrials } from '../testing/route-trial.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';

describe.each(routeOperations)('a fault of %s', (operation) => {
  let emulator: Emulator;
  let trials: RouteTrials;

  beforeAll(async () => {
    const clock = new VirtualClock(routeAttemptMs);
    emulator = await startEmulator({ clock });
    trials = new RouteTrials(emulator, clock);
  });

  afterAll(async () => {
    await trials[Symbol.asyncDispose]();
    await emulator.close();
  });

  it.each(routeFaultsOf(operation))('once: $name', async (fault) => {
    const problems: string[] = [];
    let trialCount = 0;
    for (const story of routeStories) {
      const calls = await trials.callsTo(operation, story);
      for (let call = 0; call < calls; call++) {
        trialCount += 1;
        problems.push(...(await trials.failOnce(story, operation, fault, call)));
      }
    }
    expect(problems).toEqual([]);
    expect(trialCount).toBeGreaterThan(0);
  });

  it.each(routeFaultsOf(operation))('always: $name', async (fault) => {
    const problems: string[] = [];
    for (const story of routeStories) {
      if ((await trials.callsTo(operation, story)) === 0) continue;
      problems.push(...(await trials.failAlways(story, operation, fault)));
    }
    expect(problems).toEqual([]);
  });
});
