/**
 * Runs the whole kill grid: the worker is killed before, during and after every step that changes something, in every
 * course that comes to it. Prints the grid, writes it to docs/kill-matrix.md once no cell is open, and ends with one plain line:
 * `N of N survived`.
 *
 * What was survived is kept in a file, so that a grid that was interrupted, or lost a cell, goes on there. `--anew` begins
 * from nothing, and so does another build.  npm run test:crash [-- --lanes 3] [--results FILE] [--anew]
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
  env: { ...process.env, EVENKEEL_CRASH_RESULTS: path.resolve(values.results), EVENKEEL_CRASH_LANES: values.lanes },
});

/** @type {Record<string, unknown>} */
const results = existsSync(values.results) ? JSON.parse(readFileSync(values.results, 'utf8')) : {};
const points = ['before', 'during', 'after'];
/** @type {Map<string, string[]>} */
const rows = new Map();
for (const [name, result] of Object.entries(results)) {
  const [, course, point, activity] = /^(.+): (\w+) (\w+)$/.exec(name) ?? [];
  const row = `${activity}, ${course}`;
  const cells = rows.get(row) ?? ['–', '–', '–'];
  cells[points.indexOf(point ?? '')] = typeof result === 'string' ? result : 'LOST';
  rows.set(row, cells);
}
const width = Math.max(...[...rows.keys()].map((row) => row.length), 0);
console.log(
  `${'THE WORKER IS KILLED'.padEnd(width)}  ${points.map((point) => point.toUpperCase().padEnd(10)).join('  ')}`,
);
for (const [row, cells] of [...rows].sort(([a], [b]) => (a < b ? -1 : 1)))
  console.log(`${row.padEnd(width)}  ${cells.map((cell) => cell.padEnd(10)).join('  ')}`);
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
  const table = [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([row, cells]) => `| ${[...row.split(', '), ...cells].join(' | ')} |`);
  const text = [
    '# The kill matrix',
    'Each cell is a run of its own on a real engine and a real Temporal: its worker gets SIGKILL before, during or after this step,',
    'another worker takes over, and the run comes to the end that it has to come to. All services are new or all are old, each answers,',
    'rows are as before, nothing is left behind, and no effect took place twice.',
    '',
    `**${told}.** Written by \`npm run test:crash\`, ${new Date().toISOString().slice(0, 10)}.`,
    '',
    '| step | course | before | during | after |',
    '| --- | --- | --- | --- | --- |',
    ...table,
  ];
  return format(text.join('\n'), { parser: 'markdown', ...(await resolveConfig(fileURLToPath(import.meta.url))) });
}
