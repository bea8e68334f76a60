import { describe, expect, it } from '@jest/globals';
import { RefusalPace } from './refusal-pace.ts';

/** The seconds of ten minutes at which credentials that are refused every second are renewed. */
function renewalsOf(pace: RefusalPace): readonly number[] {
  return [...Array(600).keys()].filter((second) => pace.mayRenew(second * 1000));
}

describe('credentials that are refused again and again', () => {
  it('are renewed at once, and then less and less often', () => {
    const pace = new RefusalPace({ next: () => 1 });
    expect(renewalsOf(pace)).toEqual([0, 5, 15, 35, 75, 155, 275, 395, 515]);
  });

  it('are renewed at once again after they were accepted', () => {
    const pace = new RefusalPace({ next: () => 1 });
    renewalsOf(pace);
    pace.reset();
    expect(renewalsOf(pace)).toHaveLength(9);
  });

  it('are not renewed in step with those of others', () => {
    const random = [0, 0.5, 0.9];
    const pace = new RefusalPace({ next: () => random.shift() ?? 0 });
    expect(renewalsOf(pace).slice(0, 4)).toEqual([0, 3, 11, 30]);
  });
});
