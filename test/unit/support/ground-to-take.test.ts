import { describe, expect, it } from '@jest/globals';
import { groundToTake } from '../../support/ground-to-take.js';

describe('the ground that a lane takes its next cell of', () => {
  it('is the one that it is on, while there are any', () => {
    expect(groundToTake(['a', 'a', 'a', 'b'], ['b', 'a'], 0)).toBe('b');
    expect(groundToTake(['a', 'a', 'a'], ['b', 'a'], 0)).toBe('a');
    expect(groundToTake([], ['b', 'a'], 0)).toBeUndefined();
  });

  it('is else the one of which most are left for each lane that is on it', () => {
    const left = [...Array.from({ length: 6 }, () => 'a'), ...Array.from({ length: 4 }, () => 'b')];
    const taken: string[] = [];
    for (let lane = 0; lane < 5; lane += 1) taken[lane] = groundToTake(left, taken, lane)!;
    expect(taken).toEqual(['a', 'b', 'a', 'a', 'b']);
  });
});
