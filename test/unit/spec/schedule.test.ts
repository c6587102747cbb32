import { describe, expect, it } from '@jest/globals';
import { scheduleInId } from '../../../src/names.js';
import { scheduleOptions } from '../../../src/schedule/schedule-options.js';
import { readPolicy } from '../../../src/spec/policy.js';
import { readScheduleTime, SCHEDULE_KINDS, type ScheduleTime, timezoneError } from '../../../src/spec/schedule.js';

const readTime = (text: string): unknown => {
  const read = readScheduleTime(text);
  return 'time' in read ? read.time : read.error;
};

describe('readScheduleTime', () => {
  it.each(['0 3 * * *', '*/15 8-18 * * mon-fri', '0,30 0 1,15 jan-jun/2 *', '5 4 * * Sunday', '0 0 31 12 6'])(
    'takes %s',
    (cron) => {
      expect(readTime(cron)).toEqual({ kind: 'cron', cron, text: cron });
    },
  );

  it('takes a duration', () => {
    expect(readTime(' 1m30s ')).toEqual({ kind: 'every', everyMs: 90_000, text: '1m30s' });
  });

  it.each([
    ['5', /neither a duration, like 5m, nor a cron expression/],
    ['1s', /too often/],
    ['@daily', /neither/],
    ['60 3 * * *', /"60" is no minute \(0 to 59/],
    ['0 24 * * *', /is no hour/],
    ['0 3 0 * *', /is no day of the month/],
    ['0 3 * * 7', /is no day of the week/],
    ['0 3 * foo *', /is no month/],
    ['0 3 5-1 * *', /"5-1"/],
    ['*/0 3 * * *', /"\*\/0"/],
    ['0 3 * * *; rm', /neither/],
    ['0 3 * * $(x)', /is no day of the week/],
  ])('refuses %s', (text, words) => {
    expect(readTime(text)).toEqual(expect.stringMatching(words));
  });

  it('knows zones by their names', () => {
    expect([timezoneError('UTC'), timezoneError('Europe/Berlin')]).toEqual([undefined, undefined]);
    expect([timezoneError('Berlin'), timezoneError('+02:00')]).toEqual([expect.any(String), expect.any(String)]);
  });
});

describe('x-evenkeel.schedule', () => {
  it('is absent where nothing is written', () => {
    expect(readPolicy({ health: null }, {}, []).policy).not.toHaveProperty('schedule');
  });

  it('is read, and what cannot be meant is found', () => {
    const { policy, issues } = readPolicy(
      { schedule: { health: '5m', backup: '0 3 * * *', drill: '0 4 * * 0' } },
      {},
      [],
    );
    expect(issues).toEqual([]);
    expect(policy.schedule).toMatchObject({
      health: { everyMs: 300_000 },
      backup: { kind: 'cron' },
      drill: { kind: 'cron' },
      timezone: 'UTC',
    });
    const wrong = { schedule: { helth: '5m', backup: '61 3 * * *', timezone: 'Mars/Base' } };
    expect(readPolicy(wrong, {}, []).issues.map(({ path, rule }) => [path.join('.'), rule])).toEqual([
      ['x-evenkeel.schedule.backup', 'invalid-value'],
      ['x-evenkeel.schedule.timezone', 'invalid-value'],
      ['x-evenkeel.schedule.helth', 'unknown-key'],
    ]);
  });
});

describe('scheduleOptions', () => {
  const every = { kind: 'every' as const, everyMs: 60_000, text: '1m' };
  const options = (stack: string, indexed = true) =>
    scheduleOptions({ kind: 'health', host: 'h', stack, time: every, timezone: 'UTC', indexed });
  const ofShop = (kind: 'health' | 'backup' | 'drill', time: ScheduleTime = every) =>
    scheduleOptions({ kind, host: 'h', stack: 'shop', time, timezone: 'UTC', indexed: true });

  it('spreads many stacks over their interval, each at a place that stays', () => {
    const offsets = Array.from({ length: 200 }, (_, at) => options(`stack-${at}`).spec.intervals![0]!.offset as number);
    expect(new Set(offsets.map((offset) => Math.floor(offset / 10_000))).size).toBe(6);
    expect(options('shop').spec).toEqual(options('shop').spec);
  });

  it('lets those of one time come a little apart, by a tenth of the interval and half a minute at the most', () => {
    const jitter = (time: ScheduleTime) => ofShop('health', time).spec.jitter;
    expect(jitter(every)).toBe(6000);
    expect(jitter({ kind: 'every', everyMs: 3_600_000, text: '1h' })).toBe(30_000);
    expect(jitter({ kind: 'cron', cron: '0 3 * * *', text: '0 3 * * *' })).toBe(30_000);
  });

  it('makes up for an hour where a backup was missed', () => {
    expect(ofShop('backup').policies).toEqual({ overlap: 'SKIP', catchupWindow: 3_600_000 });
  });

  it('skips what would overlap, and makes up for minutes only', () => {
    expect(options('shop').policies).toEqual({ overlap: 'SKIP', catchupWindow: 120_000 });
  });

  it('says what its id says', () => {
    const { scheduleId } = options('shop');
    expect(scheduleInId(scheduleId, SCHEDULE_KINDS)).toEqual({ kind: 'health', host: 'h', stack: 'shop' });
    expect(scheduleInId('deploy/h/shop', SCHEDULE_KINDS)).toBeUndefined();
  });

  it('proves the newest backup again where a drill is scheduled', () => {
    expect(ofShop('drill').action).toMatchObject({
      workflowType: 'backup',
      args: [{ stack: 'shop', backup: 'newest' }],
    });
  });

  it('writes search attributes only where they are registered', () => {
    expect(options('shop', false).action).not.toHaveProperty('typedSearchAttributes');
  });
});
