import { describe, expect, it } from '@jest/globals';
import type { Client } from '@temporalio/client';
import { dueAfter, dueTimes } from '../../../src/schedule/due-times.js';

const AT = Date.parse('2026-01-01T00:00:00Z');
const hours = (...counts: number[]): number[] => counts.map((count) => AT + count * 3_600_000);

describe('dueAfter', () => {
  const [first] = hours(1) as [number];
  it.each([
    ['the look is the one that was due', hours(1, 2, 3, 4), first + 5000, hours(2, 3, 4)],
    ['somebody asked for it in between', hours(1, 2, 3, 4), first - 5000, hours(1, 2, 3, 4)],
    ['one in between comes long after Temporal was asked', hours(9, 10, 11, 12), first + 5000, undefined],
    ['some did not come', hours(1, 2, 3, 4), first + 300_000, undefined],
    ['few are left', hours(1, 2, 3), first + 5000, undefined],
    ['few are left in between', hours(1, 2), first - 5000, undefined],
    ['the next one is over, too', [first, first + 10_000, ...hours(3, 4)], first + 20_000, undefined],
  ])('%s', (_, times, atMs, due) => {
    expect(dueAfter({ times, askedAtMs: AT }, atMs)).toEqual(due && { times: due, askedAtMs: AT });
  });

  it('is unknown at first', () => {
    expect(dueAfter(undefined, AT)).toBeUndefined();
    expect(dueAfter({ times: [], askedAtMs: AT }, AT)).toBeUndefined();
  });
});

describe('dueTimes', () => {
  interface Schedule {
    paused?: boolean;
    due: number[];
  }

  /** Temporal, as its client shows it: the schedules of each namespace. */
  const temporal = (schedules: Record<string, Schedule>): Client =>
    ({
      options: { namespace: 'default' },
      withDeadline: (_until: number, ask: () => Promise<unknown>) => ask(),
      workflowService: {
        describeSchedule: async ({ namespace, scheduleId }: Record<'namespace' | 'scheduleId', string>) => {
          const found = schedules[`${namespace} ${scheduleId}`];
          if (!found) throw new Error('not found');
          return {
            schedule: { state: { paused: found.paused ?? false } },
            info: { futureActionTimes: found.due.map((ms) => ({ seconds: Math.floor(ms / 1000), nanos: 0 })) },
          };
        },
      },
    }) as unknown as Client;
  const shop = { host: 'alpha', stack: 'shop' };

  it('are those of the namespace of looks, else of that of the runs', async () => {
    const home = { 'default-checks health/alpha/shop': { due: hours(1, 2) } };
    const left = { 'default health/alpha/shop': { due: hours(3) } };
    expect(await dueTimes(temporal({ ...home, ...left }), shop, AT)).toEqual(hours(1, 2));
    expect(await dueTimes(temporal(left), shop, AT)).toEqual(hours(3));
  });

  it('are to come', async () => {
    const schedules = { 'default-checks health/alpha/shop': { due: hours(0, 1) } };
    expect(await dueTimes(temporal(schedules), shop, AT)).toEqual(hours(1));
  });

  it('are none where it is paused, nothing is scheduled, or nobody answers', async () => {
    const paused = { 'default-checks health/alpha/shop': { paused: true, due: hours(1) } };
    expect(await dueTimes(temporal(paused), shop, AT)).toEqual([]);
    expect(await dueTimes(temporal({}), shop, AT)).toEqual([]);
  });
});
