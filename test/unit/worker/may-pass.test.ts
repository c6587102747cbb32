import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { StoreFailed } from '../../../src/backup/store-kind.js';
import { EngineRefused } from '../../../src/docker/engine.js';
import { mayPass, waitsForRoom } from '../../../src/worker/may-pass.js';

const full = (code: string) => Object.assign(new Error(`${code}: write`), { code });

describe('a disk that takes nothing more', () => {
  it.each(['ENOSPC', 'EDQUOT', 'EIO'])(
    '%s is waited for by what brings the stack back, and by nothing else',
    (code) => {
      expect(waitsForRoom(full(code), 'restoreService')).toBe(true);
      expect(waitsForRoom(full(code), 'restService')).toBe(true);
      expect(waitsForRoom(full(code), 'replaceService')).toBe(false);
      expect(mayPass(full(code))).toBe(false);
    },
  );

  it("may be Docker's, and is told by what Docker or Compose says", () => {
    const refused = new EngineRefused(500, 'mkdir /var/lib/docker/overlay2/1: no space left on device');
    const printed = ApplicationFailure.nonRetryable('restoring api: it failed', 'StepFailed', {
      excerpt: ['Error response from daemon: write /x: disk quota exceeded'],
    });
    const copied = new StoreFailed('filling shop_pg: cp: error writing', ['cp: No space left on device']);
    for (const error of [refused, printed, copied]) {
      expect(waitsForRoom(error, 'putDataBack')).toBe(true);
      expect(waitsForRoom(error, 'swapData')).toBe(false);
    }
  });

  it('is told from what no room would help', () => {
    expect(waitsForRoom(full('EACCES'), 'restoreService')).toBe(false);
    expect(waitsForRoom('no space left on device', 'restoreService')).toBe(false);
  });
});
