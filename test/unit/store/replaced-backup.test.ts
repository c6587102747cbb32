import { describe, expect, it } from '@jest/globals';
import { replacedBackup } from '../../../src/store/replaced-backup.js';
import type { Release } from '../../../src/store/releases.js';

function release(id: string, kind: Release['kind'], backup?: string): Release {
  return {
    ...{ id, kind, at: '2026-01-01T00:00:00.000Z', workflowId: 'w', runId: `r${id}`, services: {} },
    ...(backup === undefined ? {} : { backup: { id: backup, stores: ['postgres-db'], proven: ['postgres-db'] } }),
  };
}

describe('the backup that has the data of a release', () => {
  it('is the one that was made before its successor, not the one before itself', () => {
    const releases = [
      release('1', 'baseline'),
      release('2', 'deployed', 'before-2'),
      release('10', 'deployed', 'last'),
    ];
    expect(replacedBackup(releases, '1')).toEqual({ backup: 'before-2', by: '2' });
    expect(replacedBackup(releases, '2')).toEqual({ backup: 'last', by: '10' });
  });

  it.each([
    ['baseline', 'was found running'],
    ['rolled-back', 'is the outcome of a rollback, which backs nothing up'],
    ['deployed', 'was deployed without a backup'],
  ] as const)('is none where what replaced it is %s and has none', (kind, why) => {
    expect(replacedBackup([release('1', 'deployed', 'own'), release('2', kind)], '1')).toEqual({
      why: expect.stringContaining(why) as unknown,
    });
  });

  it('is none where nothing of ours has replaced it', () => {
    expect(replacedBackup([release('1', 'deployed', 'own')], '1')).toEqual({
      why: 'no release of ours has replaced release 1',
    });
  });
});
