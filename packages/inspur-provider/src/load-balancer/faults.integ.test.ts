import { startEmulator } from '@k8s-ccm/inspur-emulator';
import type { Emulator } from '@k8s-ccm/inspur-emulator';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { faultsOf, slbOperations } from '../testing/cloud-faults.ts';
import { faultStories } from '../testing/fault-stories.ts';
import { attemptMs, FaultTrials } from '../testing/fault-trial.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';

describe.each(slbOperations)('a fault of %s', (operation) => {
  let emulator: Emulator;
  let trials: FaultTrials;

  beforeAll(async () => {
    const clock = new VirtualClock(attemptMs);
    emulator = await startEmulator({ clock });
    trials = new FaultTrials(emulator, clock);
  });

  afterAll(async () => {
    await trials[Symbol.asyncDispose]();
    await emulator.close();
  });

  it.each(faultsOf(operation))('once: $name', async (fault) => {
    const problems: string[] = [];
    let trialCount = 0;
    for (const story of faultStories) {
      const calls = await trials.callsTo(operation, story);
      for (let call = 0; call < calls; call++) {
        trialCount += 1;
        problems.push(...(await trials.failOnce(story, operation, fault, call)));
      }
    }
    expect(problems).toEqual([]);
    expect(trialCount).toBeGreaterThan(0);
  });

  it.each(faultsOf(operation))('always: $name', async (fault) => {
    const problems: string[] = [];
    for (const story of faultStories) {
      if ((await trials.callsTo(operation, story)) === 0) continue;
      problems.push(...(await trials.failAlways(story, operation, fault)));
    }
    expect(problems).toEqual([]);
  });
});
