import { describe, expect, it } from '@jest/globals';
import { decide, isBlocked } from './decide.ts';
import type { Decision, DeletionRules, Evidence } from './decide.ts';

const strict: DeletionRules = { proof: 'strict', monitorPeriodMs: 5_000, graceMs: 120_000 };
const none: DeletionRules = { ...strict, proof: 'none' };

/** Everything that a deletion needs where a Ready Node's server is shown. */
const witnessed: Evidence = {
  ready: false,
  server: 'absent',
  keptByUser: false,
  beingDeleted: false,
  ageMs: 120_000,
  complete: true,
  readAfterCreation: true,
  witness: 'shown',
  agreed: { rounds: 2, ms: 5_000 },
  witnessed: { rounds: 2, ms: 5_000 },
  budgetLeft: 1,
};

/** The same where no witness is to be had. */
const unwitnessed: Evidence = {
  ...witnessed,
  witness: 'none-ready',
  agreed: { rounds: 121, ms: 600_000 },
  witnessed: undefined,
  access: 'confirmed',
};

type Line = readonly [given: string, evidence: Evidence, decision: string];

function text({ action, why }: Decision): string {
  return `${action} ${why}`;
}

describe('the decision with proof', () => {
  const lines: readonly Line[] = [
    ['a Ready Node', { ...witnessed, ready: true }, 'keep ready'],
    ['a Ready Node, stopped', { ...witnessed, ready: true, server: 'stopped' }, 'keep ready'],
    ['a stopped server', { ...witnessed, server: 'stopped' }, 'taint stopped'],
    [
      'a stopped server of a kept Node',
      { ...witnessed, server: 'stopped', keptByUser: true },
      'taint stopped',
    ],
    [
      'a stopped server in an incomplete answer',
      { ...witnessed, server: 'stopped', complete: false },
      'taint stopped',
    ],
    ['a running server', { ...witnessed, server: 'running' }, 'keep server-present'],
    ['the annotation', { ...witnessed, keptByUser: true }, 'keep kept-by-user'],
    ['a deletion under way', { ...witnessed, beingDeleted: true }, 'keep being-deleted'],
    ['a new Node', { ...witnessed, ageMs: 119_999 }, 'keep new-node'],
    ['a Node from the future', { ...witnessed, ageMs: -1 }, 'keep new-node'],
    ['a Node of unknown age', { ...witnessed, ageMs: undefined }, 'keep new-node'],
    ['a Node whose age is no number', { ...witnessed, ageMs: Number.NaN }, 'keep new-node'],
    ['an error', { ...witnessed, server: 'unanswered' }, 'quarantine unanswered'],
    ['no word of this server', { ...witnessed, server: 'unknown' }, 'quarantine ambiguous'],
    ['an incomplete answer', { ...witnessed, complete: false }, 'quarantine incomplete'],
    ['unknown completeness', { ...witnessed, complete: undefined }, 'quarantine incomplete'],
    ['an early read', { ...witnessed, readAfterCreation: false }, 'quarantine early-read'],
    [
      'a read of unknown time',
      { ...witnessed, readAfterCreation: undefined },
      'quarantine early-read',
    ],
    ['no server of the living', { ...witnessed, witness: 'not-shown' }, 'quarantine no-witness'],
    ['no word of witnesses', { ...witnessed, witness: undefined }, 'quarantine no-witness'],
    ['one round', { ...witnessed, witnessed: { rounds: 1, ms: 0 } }, 'quarantine second-round'],
    [
      'one round that claims to be long',
      { ...witnessed, witnessed: { rounds: 1, ms: 9e9 } },
      'quarantine second-round',
    ],
    [
      'two rounds too close together',
      { ...witnessed, witnessed: { rounds: 2, ms: 4_999 } },
      'quarantine second-round',
    ],
    [
      'long agreement, but one witness only',
      { ...witnessed, agreed: { rounds: 500, ms: 9e9 }, witnessed: { rounds: 1, ms: 0 } },
      'quarantine second-round',
    ],
    ['no witnessed round', { ...witnessed, witnessed: undefined }, 'quarantine second-round'],
    ['no budget left', { ...witnessed, budgetLeft: 0 }, 'quarantine budget'],
    ['an unknown budget', { ...witnessed, budgetLeft: undefined }, 'quarantine budget'],
    ['all of it', witnessed, 'delete witnessed'],
    [
      'no Ready Node and less than ten minutes',
      { ...unwitnessed, agreed: { rounds: 120, ms: 599_999 } },
      'quarantine agreement',
    ],
    [
      'no Ready Node and one round',
      { ...unwitnessed, agreed: { rounds: 1, ms: 600_000 } },
      'quarantine agreement',
    ],
    [
      'no Ready Node and no agreement',
      { ...unwitnessed, agreed: undefined },
      'quarantine agreement',
    ],
    [
      'no Ready Node, and witnesses of before',
      { ...unwitnessed, agreed: { rounds: 3, ms: 10_000 }, witnessed: { rounds: 9, ms: 9e9 } },
      'quarantine agreement',
    ],
    ['no Ready Node and no budget', { ...unwitnessed, budgetLeft: 0 }, 'quarantine budget'],
    ['access that was not asked for', { ...unwitnessed, access: undefined }, 'quarantine access'],
    ['access that was refused', { ...unwitnessed, access: 'refused' }, 'quarantine access'],
    ['access that nobody can tell', { ...unwitnessed, access: 'impossible' }, 'quarantine access'],
    ['no Ready Node and all of it', unwitnessed, 'delete unwitnessed'],
    [
      'a provider without survey and all of it',
      { ...unwitnessed, witness: 'none-possible' },
      'delete unwitnessed',
    ],
    [
      'a provider without survey, two rounds',
      { ...unwitnessed, witness: 'none-possible', agreed: { rounds: 2, ms: 5_000 } },
      'quarantine agreement',
    ],
  ];

  it.each(lines)('given %s', (_given, evidence, decision) => {
    expect(text(decide(evidence, strict))).toBe(decision);
  });

  it('asks for two rounds however short the monitor period is', () => {
    const evidence = { ...witnessed, witnessed: { rounds: 1, ms: 0 } };
    expect(decide(evidence, { ...strict, monitorPeriodMs: 0 }).action).toBe('quarantine');
  });
});

describe('the decision without proof', () => {
  const nothingElse: Evidence = {
    ready: false,
    server: 'absent',
    keptByUser: false,
    beingDeleted: false,
  };
  it.each<Line>([
    ['an absent server', nothingElse, 'delete upstream'],
    ['an absent server and a new Node', { ...nothingElse, ageMs: 0 }, 'delete upstream'],
    ['no budget', { ...nothingElse, budgetLeft: 0 }, 'delete upstream'],
    ['a Ready Node', { ...nothingElse, ready: true }, 'keep ready'],
    ['the annotation', { ...nothingElse, keptByUser: true }, 'keep kept-by-user'],
    ['a stopped server', { ...nothingElse, server: 'stopped' }, 'taint stopped'],
    ['a running server', { ...nothingElse, server: 'running' }, 'keep server-present'],
    ['an error', { ...nothingElse, server: 'unanswered' }, 'keep unanswered'],
    ['no word of this server', { ...nothingElse, server: 'unknown' }, 'keep unanswered'],
  ])('given %s', (_given, evidence, decision) => {
    expect(text(decide(evidence, none))).toBe(decision);
  });
});

describe('a blocked deletion', () => {
  it.each<[Decision, boolean]>([
    [{ action: 'quarantine', why: 'no-witness' }, true],
    [{ action: 'quarantine', why: 'budget' }, true],
    [{ action: 'quarantine', why: 'unanswered' }, true],
    [{ action: 'quarantine', why: 'second-round' }, false],
    [{ action: 'quarantine', why: 'early-read' }, false],
    [{ action: 'keep', why: 'unanswered' }, false],
    [{ action: 'delete', why: 'witnessed' }, false],
  ])('is one that does not end by itself: %j is %s', (decision, expected) => {
    expect(isBlocked(decision)).toBe(expected);
  });
});
