import { describe, expect, it } from '@jest/globals';
import { holdsSaid, wouldBeLost } from '../../../src/backup/postgres-holds.js';

const backup = { id: 'postgres-db', service: 'db', databases: ['shop'] };
const live = { databases: ['postgres', 'shop'], usesPostgres: false, roles: [], isSuper: true };

describe('what a server of PostgreSQL would lose by a restore', () => {
  it('is nothing where the backup has all of its databases', () => {
    expect(wouldBeLost(backup, live, [])).toEqual([]);
  });

  it('is every database that the backup lacks, by name', () => {
    const [lost, ...others] = wouldBeLost(backup, { ...live, databases: ['billing', 'postgres', 'shop', 'x y'] }, []);
    expect(others).toEqual([]);
    expect(lost).toMatchObject({ severity: 'error', service: 'db' });
    expect(lost!.message).toMatch(/: billing, x y$/);
    expect(lost!.remedy).toContain('evenkeel backup list');
  });

  it('is the database that every server has only where something is in it', () => {
    expect(wouldBeLost(backup, { ...live, usesPostgres: true }, [])[0]!.message).toMatch(/: postgres$/);
    expect(wouldBeLost({ ...backup, databases: ['postgres', 'shop'] }, { ...live, usesPostgres: true }, [])).toEqual(
      [],
    );
  });

  it('is every user that a new server has not by itself, where the one who dumps can make none', () => {
    const seen = { ...live, isSuper: false, roles: ['app', 'auditor', 'repl'] };
    const environment = ['POSTGRESQL_USERNAME=app', 'POSTGRESQL_REPLICATION_USER=repl'];
    expect(wouldBeLost(backup, seen, environment)[0]!.message).toMatch(/: auditor$/);
    expect(wouldBeLost(backup, { ...seen, isSuper: true }, environment)).toEqual([]);
  });
});

describe('holdsSaid', () => {
  it('reads what the server says of itself', () => {
    const said = 'who|\nsuper|true\ndatabase|a|b\ndatabase|postgres\nrole|auditor\nunused\nheld\n';
    expect(holdsSaid(said)).toEqual({
      ...{ databases: ['a|b', 'postgres'], usesPostgres: false, roles: ['auditor'], isSuper: true },
    });
  });
});
