import { describe, expect, it } from '@jest/globals';
import { type ReleaseStanding, rollbackTarget } from '../../../src/plan/rollback-target.js';

function releases(...standings: (ReleaseStanding['verified'] | { repeats: string })[]): ReleaseStanding[] {
  return standings.map((standing, index) => ({
    id: String(index + 1),
    kept: true,
    ...(typeof standing === 'string' ? { verified: standing } : { verified: 'unknown', ...standing }),
  }));
}

describe('where a rollback goes that names no release', () => {
  it('is the last verified one, not what serves', () => {
    expect(rollbackTarget(releases('verified', 'verified', 'unknown', 'unknown'), '4')?.id).toBe('2');
    expect(rollbackTarget(releases('verified', 'unknown', 'verified'), '3')?.id).toBe('1');
  });

  it('is the one before, where none was verified; a sick one never is', () => {
    expect(rollbackTarget(releases('unknown', 'unknown', 'unknown'), '3')?.id).toBe('2');
    expect(rollbackTarget(releases('unknown', 'sick', 'unknown'), '3')?.id).toBe('1');
    expect(rollbackTarget(releases('sick', 'unknown'), '2')).toBeUndefined();
  });

  it('is the last verified one of all, where what serves is no release', () => {
    expect(rollbackTarget(releases('verified', 'verified'), undefined)?.id).toBe('2');
  });

  it('is never the one that serves again since a rollback', () => {
    const known = releases('verified', 'verified', 'sick', { repeats: '2' });
    expect(rollbackTarget(known, '4')?.id).toBe('1');
    expect(rollbackTarget([...known, { id: '5', verified: 'unknown', kept: true }], '5')?.id).toBe('2');
  });

  it('is never one that is no longer kept', () => {
    const [first, ...others] = releases('verified', 'unknown', 'unknown');
    expect(rollbackTarget([{ ...first!, kept: false }, ...others], '3')?.id).toBe('2');
  });

  it('is nowhere where there is only what serves', () => {
    expect(rollbackTarget(releases('verified'), '1')).toBeUndefined();
    expect(rollbackTarget([], undefined)).toBeUndefined();
  });
});
