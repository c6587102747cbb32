import { describe, expect, it } from '@jest/globals';
import { unfitFor } from '../../../src/backup/fits-release.js';
import type { RestorableStore } from '../../../src/spec/restore.js';

const store: RestorableStore = {
  ...{ id: 'postgres-db', type: 'postgres', service: 'db', volume: 'shop_pg', target: '/data' },
  ...{ kept: 'shop_pg-before-1', imageId: 'sha256:15' },
};

describe('whether an earlier release fits the data that is put in place', () => {
  it('does with the same volume and the same server', () => {
    expect(unfitFor('1', store, { imageId: 'sha256:15', volumes: ['shop_pg'] }, 'b')).toBeUndefined();
  });

  it('does not where it had the data in another volume, or ran another server', () => {
    expect(unfitFor('1', store, { imageId: 'sha256:15', volumes: ['other'] }, 'b')?.message).toContain('in shop_pg');
    const other = unfitFor('1', store, { imageId: 'sha256:14', volumes: ['shop_pg'] }, 'b');
    expect(other).toMatchObject({
      ...{ severity: 'error', service: 'db' },
      remedy: 'one after the other: evenkeel rollback 1, then evenkeel restore b',
    });
  });

  it('does with another image where files are all there is, and not where they are those of a database', () => {
    const holder = { imageId: 'sha256:14', volumes: ['shop_pg'] };
    expect(unfitFor('1', { ...store, type: 'volume' }, holder, 'b')).toBeUndefined();
    expect(unfitFor('1', { ...store, type: 'volume', filesOf: 'MySQL' }, holder, 'b')).toBeDefined();
  });
});
