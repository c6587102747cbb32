/**
 * Runs the whole kill grid: the worker is killed, the worker is stopped, and Temporal is killed, before, during and after every
 * step that changes something, in every course that comes to it. Prints the grid, writes it to docs/kill-matrix.md once no cell is open, and ends with one plain line:
 * `N of N survived`.
 *
 * What was survived is kept in a file, so that a grid that was interrupted, or lost a cell, goes on there. `--anew` begins
 * from nothing, and so does another build.  npm run test:crash [-- --lanes 3] [--results FILE] [--anew]
 * `--only TEXT` strikes those cells alone whose name has that text: `--only 'Temporal killed; restored'`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: {
    lanes: { type: 'string', default: '3' },
    results: { type: 'string', default: path.join(root, 'dist', 'crash-grid.json') },
    anew: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});
const stampFile = `${values.results}.build`;
const stamp = readFileSync(path.join(root, 'dist', 'build.stamp'), 'utf8');
const isOfThisBuild = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
if (values.anew || !isOfThisBuild) rmSync(values.results, { force: true });
mkdirSync(path.dirname(path.resolve(values.results)), { recursive: true });
writeFileSync(stampFile, stamp);

const startedAt = Date.now();
const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
spawnSync(process.execPath, [...flags, jest, '-c', 'test/jest.config.mjs', '--silent', 'test/crash/'], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
  env: {
    ...process.env,
    EVENKEEL_CRASH_RESULTS: path.resolve(values.results),
    EVENKEEL_CRASH_LANES: values.lanes,
    EVENKEEL_CRASH_ONLY: values.only,
  },
});

/** @type {Record<string, unknown>} */
const results = existsSync(values.results) ? JSON.parse(readFileSync(values.results, 'utf8')) : {};
const blows = [...new Set(Object.keys(results).map((name) => name.replace(/; .*/, '')))];
const points = ['before', 'during', 'after'];
const signs = /** @type {Record<string, string>} */ ({ survived: '✓', 'not struck': '–' });
/** What came of a step in a course, by blow, before, during and after. @type {Map<string, string[][]>} */
const rows = new Map();
for (const [name, result] of Object.entries(results)) {
  const [, blow, course, point, activity] = /^(.+); (.+): (\w+) (\w+)$/.exec(name) ?? [];
  const row = `${activity}, ${course}`;
  if (!rows.has(row))
    rows.set(
      row,
      blows.map(() => ['–', '–', '–']),
    );
  const sign = (typeof result === 'string' && signs[result]) || '✗';
  /** @type {string[][]} */ (rows.get(row))[blows.indexOf(blow ?? '')]?.splice(points.indexOf(point ?? ''), 1, sign);
}
const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
const width = Math.max(...sorted.map(([row]) => row.length), 0);
console.log(`${'before, during and after:'.padEnd(width)}  ${blows.map((blow) => blow.padEnd(16)).join('')}`);
for (const [row, cells] of sorted)
  console.log(`${row.padEnd(width)}  ${cells.map((three) => three.join(' ').padEnd(16)).join('')}`);
for (const [name, result] of Object.entries(results).filter(([, result]) => typeof result !== 'string'))
  console.log(`\n${name}\n${JSON.stringify(result, undefined, 2)}`);

const all = Object.values(results);
const survived = all.filter((result) => result === 'survived').length;
const told = `${survived} of ${all.length} survived`;
const minutes = Math.round((Date.now() - startedAt) / 60_000);
if (!all.includes('not struck')) writeFileSync(path.join(root, 'docs', 'kill-matrix.md'), await page());
console.log(`\n${told}, in ${minutes} min`);
process.exitCode = survived === all.length && all.length > 0 ? 0 : 1;

/** The grid for readers. */
async function page() {
  const table = sorted.map(
    ([row, cells]) => `| ${[...row.split(', '), ...cells.map((three) => three.join(' '))].join(' | ')} |`,
  );
  const text = [
    '# The kill matrix',
    'Each mark is a run of its own on a real engine and a real Temporal, which is struck before, during or after this step: its',
    'worker gets SIGKILL, its worker gets SIGTERM, or Temporal gets SIGKILL and is back on its file five seconds later. The run comes to',
    'the end that it has to come to all the same. All services are new or all are old, each answers, rows are as before, nothing is left',
    'behind, and no effect took place twice.',
    '',
    `**${told}.** Written by \`npm run test:crash\`, ${new Date().toISOString().slice(0, 10)}.`,
    '',
    `| step | course | ${blows.join(' | ')} |`,
    '| --- | --- | --- | --- | --- |',
    ...table,
  ];
  return format(text.join('\n'), { parser: 'markdown', ...(await resolveConfig(fileURLToPath(import.meta.url))) });
}
