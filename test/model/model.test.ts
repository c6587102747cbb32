import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { play } from './play.js';
import { Sandbox } from './sandbox.js';
import { schedules } from './schedule.js';

/** Each seed is one schedule, here and everywhere. */
const first = Number(process.env['EVENKEEL_MODEL_SEED'] ?? 1);
const count = Number(process.env['EVENKEEL_MODEL_RUNS'] ?? 200);
const last = first + count - 1;
/** So many failures tell enough; finding the smallest schedule that fails like it takes a while for each. */
const ENOUGH = 3;

let sandbox: Sandbox;
beforeAll(() => void (sandbox = new Sandbox()));
afterAll(() => sandbox.close());

const outcomes: Record<string, number> = {};

/** Plays the schedule of a seed; answers how it failed, with the smallest schedule that fails too. */
async function brokenBy(seed: number): Promise<string | undefined> {
  const property = fc.asyncProperty(schedules, async (schedule) => {
    for (const { result } of await play(sandbox, schedule)) {
      outcomes[result.outcome] = (outcomes[result.outcome] ?? 0) + 1;
    }
  });
  const found = await fc.check(property, { seed, numRuns: 1, interruptAfterTimeLimit: 60_000 });
  if (!found.failed) return undefined;
  const smallest = JSON.stringify(found.counterexample?.[0]);
  const why = String(found.errorInstance).slice(0, 2000);
  return `npm run test:model -- --seed ${seed}\n${why}\n${smallest}`;
}

/** Past the runner, which keeps what tests say to itself. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

describe('deployments to which anything happens', () => {
  it('end as they say, in whatever order things go wrong', async () => {
    const broken: string[] = [];
    for (let seed = first; seed <= last && broken.length < ENOUGH; seed += 1) {
      const failure = await brokenBy(seed);
      if (failure !== undefined) {
        broken.push(failure);
        say(failure);
      }
      if (seed % 1000 === 0 && seed < last) say(`model: up to seed ${seed}`);
    }
    const ends = Object.entries(outcomes).map(([outcome, times]) => `${times} ${outcome}`);
    say(`model: schedules of the seeds ${first} to ${last}: ${broken.length} broken; ${ends.join(', ')}`);
    expect(broken).toEqual([]);
  }, 7_200_000);
});
