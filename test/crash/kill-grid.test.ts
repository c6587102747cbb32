import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { groundToTake } from '../support/ground-to-take.js';
import { isAlike } from '../support/is-alike.js';
import { survive } from '../support/kill-courses.js';
import { KillRange } from '../support/kill-range.js';
import { BLOWS, type Cell, cellName, wholeGrid } from '../support/steps-under-fire.js';

/** What came of a cell; where it was lost, what came beside what had to come. `survived again`: it had been lost before. */
type Results = Record<
  string,
  'survived' | 'survived again' | 'not struck' | { came: object; had: object } | { error: string }
>;

const file = process.env['EVENKEEL_CRASH_RESULTS']!;
const lanes = Number(process.env['EVENKEEL_CRASH_LANES']);
const known: Results = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : {};
const results: Results = Object.fromEntries(
  wholeGrid()
    .map(cellName)
    .map((name) => [name, known[name] ?? 'not struck']),
);
write();

/** Not those that were survived the last time. */
const left = wholeGrid()
  .filter((cell) => !isSurvived(results[cellName(cell)]!))
  .filter((cell) => cellName(cell).includes(process.env['EVENKEEL_CRASH_ONLY'] ?? ''));

it(
  'every cell of the grid is survived',
  async () => {
    // An engine is mostly waited for: meanwhile the others have the processors.
    await Promise.all(Array.from({ length: Math.min(lanes, left.length) }, lane));
    expect(Object.entries(results).filter(([, result]) => !isSurvived(result))).toEqual([]);
  },
  6 * 3_600_000,
);

/** The ground that each lane is on. */
const taken: string[] = [];

/**
 * A host on which one cell after the other is struck. After one that was not survived there is another host, and on other ground, and for
 * a stack that has a database. That takes its time, so a lane stays where it is while there is something to strike.
 */
async function lane(_: unknown, place: number): Promise<void> {
  let range: KillRange | undefined;
  let ground: string | undefined;
  const leave = async (): Promise<void> => {
    await range?.close().catch((error: unknown) => process.stderr.write(`a range was not closed: ${textOf(error)}\n`));
    range = undefined;
  };
  const next = (): Cell | undefined => {
    const toTake = groundToTake(left.map(groundOf), taken, place);
    if (toTake === undefined) return undefined;
    taken[place] = toTake;
    return left.splice(
      left.findIndex((cell) => groundOf(cell) === toTake),
      1,
    )[0];
  };
  for (let cell = next(); cell; cell = next()) {
    if (ground !== taken[place]) await leave();
    ground = taken[place];
    try {
      range ??= await KillRange.open(BLOWS[cell.blow].on, cell.withRows ?? false);
      const result = await survive(range, cell.course, [cell]);
      note(cell, isAlike(result.came, result.had) ? 'survived' : result);
    } catch (error) {
      note(cell, { error: textOf(error) });
    }
    if (!isSurvived(results[cellName(cell)]!)) await leave();
  }
  await leave();
}

function groundOf({ blow, withRows }: Cell): string {
  return `${BLOWS[blow].on}${withRows ? ', with rows' : ''}`;
}

/** Each result is on the disk before the next cell begins, so that a grid that was interrupted goes on there. */
function note(cell: Cell, result: Results[string]): void {
  const name = cellName(cell);
  const wasLost = typeof results[name] === 'object' || results[name] === 'survived again';
  results[name] = result === 'survived' && wasLost ? 'survived again' : result;
  write();
  process.stderr.write(`${result === 'survived' ? 'survived' : 'LOST    '}  ${name}\n`);
}

function write(): void {
  writeFileSync(`${file}.new`, JSON.stringify(results, undefined, 2));
  renameSync(`${file}.new`, file);
}

function isSurvived(result: Results[string]): boolean {
  return result === 'survived' || result === 'survived again';
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
