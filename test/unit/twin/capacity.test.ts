import { describe, expect, it } from '@jest/globals';
import { checkTwinRoom, twinNeeds } from '../../../src/twin/capacity.js';

const MB = 1024 ** 2;

describe('the room that a twin takes', () => {
  it('is what services reserve, else their limit up to a bound, else the usual, and their data twice', () => {
    const services = {
      reserved: { mem_reservation: `${300 * MB}` },
      deployed: {
        deploy: { resources: { reservations: { memory: `${200 * MB}` }, limits: { memory: `${900 * MB}` } } },
      },
      small: { mem_limit: 32 * MB },
      middling: { deploy: { resources: { limits: { memory: `${400 * MB}` } } } },
      big: { mem_limit: 8192 * MB },
      silent: {},
    };
    const stores = [{ id: 'postgres-db', type: 'postgres' as const, service: 'db', sizeBytes: 10 * MB }];
    expect(twinNeeds({ services }, stores)).toEqual({ memory: (300 + 200 + 32 + 400 + 512 + 128) * MB, disk: 20 * MB });
  });

  it('is wanted beside what the stack is left with; only a required rehearsal rejects', () => {
    const needs = { memory: 512 * MB, disk: 0 };
    const room = { availableMemory: 600 * MB, freeDisk: 10_000 * MB };
    expect(checkTwinRoom(needs, { ...room, availableMemory: 800 * MB }, 'auto')).toEqual([]);
    expect(checkTwinRoom(needs, room, 'auto')).toMatchObject([{ rule: 'twin-no-room', severity: 'warning' }]);
    expect(checkTwinRoom(needs, { ...room, freeDisk: 5 }, 'required')).toMatchObject([
      { severity: 'error', message: expect.stringContaining('of memory') as unknown },
      { severity: 'error', message: expect.stringContaining('of disk') as unknown },
    ]);
  });
});
