import { describe, expect, it } from '@jest/globals';
import { mayPass, waitsForRoom } from '../../../src/worker/may-pass.js';

const full = (code: string) => Object.assign(new Error(`${code}: no space left on device, write`), { code });

describe('a disk that takes nothing more', () => {
  it.each(['ENOSPC', 'EDQUOT', 'EIO'])(
    '%s is waited for by what brings the stack back, and by nothing else',
    (code) => {
      expect(waitsForRoom(full(code), 'restoreService')).toBe(true);
      expect(waitsForRoom(full(code), 'replaceService')).toBe(false);
      expect(mayPass(full(code))).toBe(false);
    },
  );

  it('is told from what no room would help', () => {
    expect(waitsForRoom(full('EACCES'), 'restoreService')).toBe(false);
    expect(waitsForRoom('no space left on device', 'restoreService')).toBe(false);
  });
});
