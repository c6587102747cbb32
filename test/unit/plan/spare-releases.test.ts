import { describe, expect, it } from '@jest/globals';
import type { ReleaseStanding } from '../../../src/plan/rollback-target.js';
import { spareReleases } from '../../../src/plan/spare-releases.js';

/** Releases 1, 2, …; `special` by their number. */
function releases(count: number, special: Record<number, Partial<ReleaseStanding>> = {}): ReleaseStanding[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ id: String(index + 1), verified: 'unknown' as const, kept: true },
    ...special[index + 1],
  }));
}

const few = { keep: 2, needed: [] };

describe('which releases may go', () => {
  it('are those before the last ones that one can go back to', () => {
    expect(spareReleases(releases(3), few)).toEqual([]);
    expect(spareReleases(releases(6), few)).toEqual(['1', '2', '3']);
    expect(spareReleases(releases(0), few)).toEqual([]);
  });

  it('are not the last verified one, and not where a rollback would go', () => {
    expect(spareReleases(releases(6, { 1: { verified: 'verified' }, 2: { verified: 'verified' } }), few)).toEqual([
      '1',
      '3',
    ]);
    const serving = { 1: { verified: 'verified' }, 6: { verified: 'verified' } } as const;
    expect(spareReleases(releases(6, serving), few)).toEqual(['2', '3']);
    const sick = { 3: { verified: 'sick' }, 4: { verified: 'sick' }, 5: { verified: 'sick' } } as const;
    expect(spareReleases(releases(6, sick), few)).toEqual(['1', '3']);
  });

  it('are not those that somebody needs, and none twice', () => {
    expect(spareReleases(releases(6), { keep: 2, needed: ['2', '9'] })).toEqual(['1', '3']);
    expect(spareReleases(releases(6, { 1: { kept: false }, 2: { kept: false } }), few)).toEqual(['3']);
  });

  it('count one that came back once, as its newest', () => {
    const back = { 4: { repeats: '2' }, 5: { repeats: '3' }, 6: { repeats: '4' } };
    expect(spareReleases(releases(6, back), few)).toEqual(['2', '3', '4']);
    expect(spareReleases(releases(7, { ...back, 2: { kept: false } }), few)).toEqual(['1', '3', '4']);
  });
});
