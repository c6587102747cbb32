import { describe, expect, it } from '@jest/globals';
import { holdReportText, holdText, stands } from '../../../src/spec/hold.js';
import { holdInput } from '../../../src/spec/hold-input.js';

const HOLD = { by: 'ann', reason: 'the database moves', atMs: 0, untilMs: 3_600_000 };
const ASKED = { stack: 'shop', performer: 'ann', reason: 'why' };

/** What an input is read as, or the first thing that is wrong with it. */
function read(input: object): unknown {
  const { data, error } = holdInput().safeParse(input);
  return data ?? error!.issues[0]!.message;
}

describe('the input of a hold', () => {
  it('is for an hour unless it says for how long, up to a month', () => {
    expect(read(ASKED)).toEqual({ ...ASKED, dryRun: false, forMs: 3_600_000 });
    expect(read({ ...ASKED, for: '30d' })).toMatchObject({ forMs: 30 * 86_400_000 });
    expect(read({ ...ASKED, for: '31d' })).toMatch(/30d at the longest/);
    expect(read({ ...ASKED, for: '0' })).toMatch(/30d at the longest/);
    expect(read({ ...ASKED, for: 'soon' })).toMatch(/not a duration/);
  });

  it('names who, and why; an end needs no reason, and has no length', () => {
    expect(read({ stack: 'shop', reason: 'why' })).toMatch(/say who you are/);
    expect(read({ ...ASKED, reason: ' ' })).toBe('say why: "reason"');
    expect(read({ stack: 'shop', performer: 'ann', end: true })).toMatchObject({ forMs: 0 });
    expect(read({ ...ASKED, end: true, for: '1h' })).toMatch(/has no length/);
  });
});

describe('a hold', () => {
  it('stands until its time is over', () => {
    expect([stands(HOLD, 3_599_999), stands(HOLD, 3_600_000)]).toEqual([true, false]);
  });

  it('is told with who, until when and why', () => {
    expect(holdText(HOLD)).toBe('held by ann until 1970-01-01T01:00:00Z: the database moves');
    expect(holdText({ by: 'ann', atMs: 0, untilMs: 1500 })).toBe('held by ann until 1970-01-01T00:00:01Z');
  });

  it('is told with what it changes', () => {
    const where = { stack: 'shop', host: 'harbour' };
    const before = { ...HOLD, by: 'bob' };
    expect(holdReportText({ ...where, hold: HOLD, dryRun: true })).toBe(
      'shop on harbour would be held by ann until 1970-01-01T01:00:00Z: the database moves',
    );
    expect(holdReportText({ ...where, hold: HOLD, before })).toContain('; until now held by bob');
    expect(holdReportText({ ...where, before })).toContain('is held no more; until now held by bob');
    expect(holdReportText(where)).toBe('shop on harbour is not held');
  });
});
