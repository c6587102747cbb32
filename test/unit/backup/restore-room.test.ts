import { describe, expect, it } from '@jest/globals';
import { checkRestoreRoom } from '../../../src/backup/restore-room.js';

const GB = 1024 ** 3;
const room = (gigabytes: number) => ({ folder: '/var/lib/docker', freeBytes: gigabytes * GB });

describe('checkRestoreRoom', () => {
  it('wants room for the twin, for a copy of what there is, and some to breathe with', () => {
    const stores = [{ toKeep: 10 * GB, restored: 10 * GB }];
    expect(checkRestoreRoom(stores, room(31))).toEqual([]);
    expect(checkRestoreRoom(stores, room(30))).toMatchObject([{ rule: 'restore-room', severity: 'error' }]);
  });

  it('reckons with what a volume grows by, and with all stores together', () => {
    const stores = [
      { toKeep: GB, restored: 3 * GB },
      { toKeep: 2 * GB, restored: 0 },
    ];
    expect(checkRestoreRoom(stores, room(12))).toEqual([]);
    expect(checkRestoreRoom(stores, room(11.9))).toHaveLength(1);
  });

  it('says where there is too little, and what to do', () => {
    const [finding] = checkRestoreRoom([{ toKeep: 5 * GB, restored: 0 }], room(2));
    expect(finding!.message).toContain('/var/lib/docker');
    expect(finding!.remedy).toContain('docker system df');
  });
});
