import { expect, it } from '@jest/globals';
import type { HealthReport } from '../../../src/spec/check-report.js';
import { lookIfHere } from '../../../activities/look-at-stack.js';

const REPORT = { stack: 'shop' } as HealthReport;
const AT_HOME = { stack: 'shop', host: 'here' };

it('leaves the stack of another host to its own worker, without a look at anything', async () => {
  let looks = 0;
  const look = lookIfHere({ host: 'here' }, async () => {
    looks += 1;
    return REPORT;
  });
  expect(await look({ stack: 'shop', host: 'there' })).toBeUndefined();
  expect(looks).toBe(0);
  expect(await look(AT_HOME)).toBe(REPORT);
});

it('leaves what comes on top of many looks in hand to the queue of its host, until one of them has ended', async () => {
  const ends: { well: (report: HealthReport) => void; ill: (error: Error) => void }[] = [];
  const look = lookIfHere({ host: 'here' }, () => new Promise((well, ill) => void ends.push({ well, ill })));
  // The room of a worker for runs.
  const asked = Array.from({ length: 40 }, () => look(AT_HOME));
  const taken = ends.length;
  expect(taken).toBeGreaterThan(0);
  expect(taken).toBeLessThan(40);
  expect(await Promise.all(asked.slice(taken))).toEqual(Array(40 - taken).fill(undefined));

  ends[0]!.well(REPORT);
  expect(await asked[0]).toBe(REPORT);
  ends[1]!.ill(new Error('Docker does not answer'));
  await expect(asked[1]).rejects.toThrow('does not answer');
  for (let again = 0; again < 3; again += 1) void look(AT_HOME);
  expect(ends).toHaveLength(taken + 2);
});
