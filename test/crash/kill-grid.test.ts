import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { isAlike } from '../support/is-alike.js';
import { survive } from '../support/kill-courses.js';
import { KillRange } from '../support/kill-range.js';
import { type Cell, cellName, wholeGrid } from '../support/steps-under-fire.js';

/** What came of a cell; where it was lost, what came beside what had to come. */
type Results = Record<string, 'survived' | 'not struck' | { came: object; had: object } | { error: string }>;

const file = process.env['EVENKEEL_CRASH_RESULTS']!;
const lanes = Number(process.env['EVENKEEL_CRASH_LANES']);
const known: Results = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : {};
const results: Results = Object.fromEntries(
  wholeGrid()
    .map(cellName)
    .map((name) => [name, known[name] ?? 'not struck']),
);
writeFileSync(file, JSON.stringify(results));

/** Not those that were survived the last time. */
const left = wholeGrid()
  .filter((cell) => results[cellName(cell)] !== 'survived')
  .filter((cell) => cellName(cell).includes(process.env['EVENKEEL_CRASH_ONLY'] ?? ''));

it(
  'every cell of the grid is survived',
  async () => {
    await Promise.all(Array.from({ length: Math.min(lanes, left.length) }, lane));
    expect(Object.entries(results).filter(([, result]) => result !== 'survived')).toEqual([]);
  },
  6 * 3_600_000,
);

/** A host on which one cell after the other is struck. After one that was not survived there is another host. */
async function lane(): Promise<void> {
  let range: KillRange | undefined;
  try {
    for (let cell = left.shift(); cell; cell = left.shift()) {
      range ??= await KillRange.open();
      const result = await strike(range, cell);
      note(cell, result);
      if (result === 'survived') continue;
      await range.close();
      range = undefined;
    }
  } finally {
    await range?.close();
  }
}

async function strike(range: KillRange, cell: Cell): Promise<Results[string]> {
  try {
    const result = await survive(range, cell.course, [cell]);
    return isAlike(result.came, result.had) ? 'survived' : result;
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** Each result is on the disk before the next cell begins, so that a grid that was interrupted goes on there. */
function note(cell: Cell, result: Results[string]): void {
  results[cellName(cell)] = result;
  writeFileSync(file, JSON.stringify(results, undefined, 2));
  process.stderr.write(`${result === 'survived' ? 'survived' : 'LOST    '}  ${cellName(cell)}\n`);
}
