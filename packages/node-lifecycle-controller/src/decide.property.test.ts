import { runs } from '@k8s-ccm/foundation/testing';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { decide } from './decide.ts';
import type { DeletionRules, Evidence } from './decide.ts';

const period = 5_000;
const grace = 120_000;
const rules: DeletionRules = { proof: 'strict', monitorPeriodMs: period, graceMs: grace };

/** Mostly what speaks for a deletion, else one of the others: chance must come upon whole proofs. */
function mostly<Value, Other>(
  usual: Value,
  ...others: readonly Other[]
): fc.Arbitrary<Value | Other> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
}
const notEnough = (limit: number) => [undefined, Number.NaN, -1, 0, limit - 1] as const;
const span = (limit: number) =>
  mostly(
    { rounds: 2, ms: limit },
    undefined,
    { rounds: 1, ms: limit },
    { rounds: 0, ms: limit },
    { rounds: 3, ms: limit - 1 },
    { rounds: 9, ms: Number.NaN },
  );
const anyEvidence: fc.Arbitrary<Evidence> = fc.record({
  ready: mostly(false, true),
  server: mostly('absent', 'running', 'stopped', 'unknown', 'unanswered'),
  keptByUser: mostly(false, true),
  beingDeleted: mostly(false, true),
  ageMs: mostly(grace, ...notEnough(grace)),
  complete: mostly(true, false, undefined),
  readAfterCreation: mostly(true, false, undefined),
  witness: fc.constantFrom('shown', 'not-shown', 'none-ready', 'none-possible', undefined),
  agreed: span(600_000),
  witnessed: span(period),
  budgetLeft: mostly(1, ...notEnough(1)),
  access: mostly('confirmed', 'refused', 'impossible', undefined),
});

/** Full proof of both kinds, with more than enough of everything. */
const proof: fc.Arbitrary<Evidence> = fc.record({
  ready: fc.constant(false),
  server: fc.constant('absent'),
  keptByUser: fc.constant(false),
  beingDeleted: fc.constant(false),
  ageMs: fc.integer({ min: grace, max: 1e12 }),
  complete: fc.constant(true),
  readAfterCreation: fc.constant(true),
  witness: fc.constantFrom('shown', 'none-ready', 'none-possible'),
  agreed: fc.record({
    rounds: fc.integer({ min: 2, max: 1e6 }),
    ms: fc.integer({ min: 600_000, max: 1e12 }),
  }),
  witnessed: fc.record({
    rounds: fc.integer({ min: 2, max: 1e6 }),
    ms: fc.integer({ min: period, max: 1e12 }),
  }),
  budgetLeft: fc.integer({ min: 1, max: 1_000 }),
  access: fc.constant('confirmed'),
});

/** One piece of evidence that is missing or speaks for the Node. */
const lacks: fc.Arbitrary<Partial<Evidence>> = fc.oneof(
  fc.constant({ ready: true }),
  fc.constantFrom('running', 'stopped', 'unknown', 'unanswered').map((server) => ({ server })),
  fc.constant({ keptByUser: true }),
  fc.constant({ beingDeleted: true }),
  fc.constantFrom(undefined, Number.NaN, -1, 0, grace - 1).map((ageMs) => ({ ageMs })),
  fc.constantFrom(undefined, false).map((complete) => ({ complete })),
  fc.constantFrom(undefined, false).map((readAfterCreation) => ({ readAfterCreation })),
  fc.constantFrom(undefined, 'not-shown').map((witness) => ({ witness })),
  fc
    .constantFrom(undefined, { rounds: 1, ms: 1e9 }, { rounds: 2, ms: period - 1 })
    .map((rounds) => ({ agreed: rounds, witnessed: rounds })),
  fc.constantFrom(undefined, Number.NaN, 0, -1).map((budgetLeft) => ({ budgetLeft })),
);

describe('decide', () => {
  it('never deletes where any piece of the evidence is missing', () => {
    fc.assert(
      fc.property(proof, lacks, (evidence, lack) => {
        expect(decide(evidence, rules).action).toBe('delete');
        expect(decide({ ...evidence, ...lack }, rules).action).not.toBe('delete');
      }),
      { numRuns: runs(2_000) },
    );
  });

  it('never deletes without a witness unless access is confirmed', () => {
    fc.assert(
      fc.property(
        proof,
        fc.constantFrom('none-ready', 'none-possible'),
        fc.constantFrom('refused', 'impossible', undefined),
        (evidence, witness, access) => {
          expect(decide({ ...evidence, witness, access }, rules)).toEqual({
            action: 'quarantine',
            why: 'access',
          });
        },
      ),
    );
  });

  it('deletes only what all pieces together condemn', () => {
    let deleted = 0;
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        if (decide(evidence, rules).action !== 'delete') return;
        deleted += 1;
        const { witness, agreed, witnessed, ageMs, budgetLeft } = evidence;
        expect(evidence).toMatchObject({
          ready: false,
          server: 'absent',
          keptByUser: false,
          beingDeleted: false,
          complete: true,
          readAfterCreation: true,
        });
        expect(ageMs).toBeGreaterThanOrEqual(grace);
        expect(budgetLeft).toBeGreaterThanOrEqual(1);
        const rounds = witness === 'shown' ? witnessed : agreed;
        expect(rounds?.rounds).toBeGreaterThanOrEqual(2);
        expect(rounds?.ms).toBeGreaterThanOrEqual(witness === 'shown' ? period : 600_000);
        expect([witness, evidence.access]).toContain(witness === 'shown' ? 'shown' : 'confirmed');
      }),
      { numRuns: runs(20_000) },
    );
    // Chance must have found proofs, else the property said nothing.
    expect(deleted).toBeGreaterThan(50);
  });
});
