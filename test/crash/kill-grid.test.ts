import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
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
    await Promise.all(Array.from({ length: Math.min(lanes, left.length) }, (_, index) => lane(index % 2 === 1)));
    expect(Object.entries(results).filter(([, result]) => !isSurvived(result))).toEqual([]);
  },
  6 * 3_600_000,
);

/**
 * A host on which one cell after the other is struck, those with an engine of its own first, or last. After one that was not survived there
 * is another host, and on other ground, and for a stack that has a database.
 */
async function lane(enginesFirst: boolean): Promise<void> {
  let range: KillRange | undefined;
  let ground: string | undefined;
  const leave = async (): Promise<void> => {
    await range?.close().catch((error: unknown) => process.stderr.write(`a range was not closed: ${textOf(error)}\n`));
    range = undefined;
  };
  const next = (): Cell | undefined => {
    const liked = left.findIndex(({ blow }) => (BLOWS[blow].on === 'an engine of its own') === enginesFirst);
    return left.splice(Math.max(0, liked), 1)[0];
  };
  for (let cell = next(); cell; cell = next()) {
    const { on } = BLOWS[cell.blow];
    const hasRows = cell.withRows ?? false;
    if (ground !== on || range?.hasRows !== hasRows) await leave();
    ground = on;
    try {
      range ??= await KillRange.open(on, hasRows);
      const result = await survive(range, cell.course, [cell]);
      note(cell, isAlike(result.came, result.had) ? 'survived' : result);
    } catch (error) {
      note(cell, { error: textOf(error) });
    }
    if (!isSurvived(results[cellName(cell)]!)) await leave();
  }
  await leave();
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
