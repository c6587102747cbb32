import { describe, expect, it } from '@jest/globals';
import { isStranger, isUp, usersSaid } from '../../../src/backup/volume-users.js';

const SAID = [
  'a1|shop|db|False|running|shop-db-1',
  'b2|shop|db|True|paused|shop-db-run-1',
  'c3|shop|old|False|exited|shop-old-1',
  'd4||||restarting|nightly',
  'e5|other|db|False|created|other-db-1',
].join('\n');

describe('who mounts a volume', () => {
  it('is a stranger unless it is a container of a service that rests', () => {
    const strangers = usersSaid(SAID).filter((user) => isStranger(user, 'shop', ['db']));
    expect(strangers.map(({ name }) => name)).toEqual(['shop-db-run-1', 'shop-old-1', 'nightly', 'other-db-1']);
  });

  it('may write where it runs, or is about to', () => {
    const up = usersSaid(SAID).filter(isUp);
    expect(up.map(({ id }) => id)).toEqual(['a1', 'b2', 'd4']);
  });

  it('is nobody where nothing is said', () => {
    expect(usersSaid('\n')).toEqual([]);
  });
});
