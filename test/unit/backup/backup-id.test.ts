import { expect, it } from '@jest/globals';
import { backupId } from '../../../src/names.js';

it('tells the backups of one run apart, and the tries of one backup not', () => {
  const id = (round: number) => backupId(new Date('2026-11-21T09:35:12.345Z'), 'a1b2-c3d4e5f6', round);
  expect(id(1)).toBe('20261121T093512Z-d4e5f6');
  expect(id(1)).toBe(id(1));
  expect(id(2)).toBe('20261121T093512Z-d4e5f6-2');
});
