/**
 * Runs the whole kill grid: every blow of test/support/steps-under-fire.ts, in every step that changes something, in every course
 * that comes to it. Prints the grid, writes it to docs/kill-matrix.md and its figure into the README once no cell is open, and ends with
 * one plain line: `N of N survived`.
 *
 * What was survived is kept in a file, so that a grid that was interrupted, or lost a cell, goes on there; a cell that had been lost is
 * told from the others for good. `--anew` begins from nothing, and so does another build, or another grid.
 * npm run test:crash [-- --lanes 7] [--results FILE] [--anew]
 * `--only TEXT` strikes those cells alone whose name has that text: `--only 'Temporal killed; restored'`.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: {
    lanes: { type: 'string', default: '7' },
    results: { type: 'string', default: path.join(root, 'dist', 'crash-grid.json') },
    anew: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});
const aboutFile = `${values.results}.about`;
/** Of which build the results are, and how long it took to come to them: in earlier runs of this, and since this one was begun. */
const about = { stamp: stampOfGrid(), tookMs: 0, begunAtMs: Date.now() };
const known = existsSync(aboutFile) ? JSON.parse(readFileSync(aboutFile, 'utf8')) : undefined;
if (!values.anew && known?.stamp === about.stamp) about.tookMs = known.tookMs + tookUntilInterrupted(known.begunAtMs);
else rmSync(values.results, { force: true });
mkdirSync(path.dirname(path.resolve(values.results)), { recursive: true });
writeFileSync(aboutFile, JSON.stringify(about));

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

about.tookMs += Date.now() - about.begunAtMs;
writeFileSync(aboutFile, JSON.stringify({ ...about, begunAtMs: undefined }));

/** @type {Record<string, unknown>} */
const results = existsSync(values.results) ? JSON.parse(readFileSync(values.results, 'utf8')) : {};
const blows = [...new Set(Object.keys(results).map((name) => name.replace(/; .*/, '')))];
const signs = /** @type {Record<string, string>} */ ({ survived: '✓', 'survived again': '✓²', 'not struck': '–' });
/** What came of a step in a course: by blow, at each of its points. @type {Map<string, string[][]>} */
const rows = new Map();
for (const [name, result] of Object.entries(results)) {
  const [, blow = '', course, activity] = /^(.+); (.+): \w+ (\w+)$/.exec(name) ?? [];
  const row = `${activity}, ${course}`;
  if (!rows.has(row))
    rows.set(
      row,
      blows.map(() => []),
    );
  const sign = (typeof result === 'string' && signs[result]) || '✗';
  /** @type {string[][]} */ (rows.get(row))[blows.indexOf(blow)]?.push(sign);
}
const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
const width = Math.max(...sorted.map(([row]) => row.length), 0);
console.log(`${''.padEnd(width)}  ${blows.map((blow) => blow.padEnd(17)).join('')}`);
for (const [row, cells] of sorted)
  console.log(`${row.padEnd(width)}  ${cells.map((signs) => signs.join(' ').padEnd(17)).join('')}`);
for (const [name, result] of Object.entries(results).filter(([, result]) => typeof result !== 'string'))
  console.log(`\n${name}\n${JSON.stringify(result, undefined, 2)}`);

const all = Object.values(results);
const again = all.filter((result) => result === 'survived again').length;
const survived = all.filter((result) => result === 'survived').length + again;
const told = `${survived} of ${all.length} survived${again > 0 ? `, ${again} of them at a further attempt` : ''}`;
const inMinutes = `in ${Math.round(about.tookMs / 60_000)} min`;
if (all.length > 0 && !all.includes('not struck')) {
  writeFileSync(path.join(root, 'docs', 'kill-matrix.md'), await page());
  const readme = path.join(root, 'README.md');
  const figure = `[${survived} of ${all.length} survived](docs/kill-matrix.md)`;
  writeFileSync(
    readme,
    readFileSync(readme, 'utf8').replace(/\[\d+ of \d+ survived\]\(docs\/kill-matrix\.md\)/, figure),
  );
}
console.log(`\n${told}, ${inMinutes}`);
process.exitCode = survived === all.length && all.length > 0 ? 0 : 1;

/** What a run has taken that did not come to its end: until its last result. @param {number | undefined} begunAtMs */
function tookUntilInterrupted(begunAtMs) {
  if (begunAtMs === undefined || !existsSync(values.results)) return 0;
  return Math.max(0, statSync(values.results).mtimeMs - begunAtMs);
}

/** By the build, and by all that the grid itself is made of. */
function stampOfGrid() {
  const hash = createHash('sha256').update(readFileSync(path.join(root, 'dist', 'build.stamp')));
  for (const folder of ['test/crash', 'test/support', 'test/stacks/kill-matrix'])
    for (const file of readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true }))
      if (file.isFile()) hash.update(readFileSync(path.join(file.parentPath, file.name)));
  return hash.digest('hex');
}

/** The grid for readers. */
async function page() {
  const table = sorted.map(
    ([row, cells]) => `| ${[...row.split(', '), ...cells.map((signs) => signs.join(' '))].join(' | ')} |`,
  );
  const text = [
    '# The kill matrix',
    'Each mark is a run of its own on a real engine and a real Temporal, in which one thing is struck before, during or after this step:',
    'its worker gets SIGKILL; its worker gets SIGTERM; Temporal gets SIGKILL and is back on its file five seconds later; a whole',
    '`evenkeel server` gets SIGKILL, and is started again; dockerd is stopped, with all containers, for twenty seconds. Or, at the',
    'first request to Docker that follows (where it matters, the first that changes something): it comes five seconds late, is never',
    'heard because its connection drops, is answered with status 500 or by a stream that is cut, or takes effect and is not answered.',
    '',
    'The run comes to the end that it has to come to all the same. All services are new or all are old, each is healthy and answers, what a volume',
    'keeps is as before, and so is everything that stands where nothing new is to serve. No second container, other name, tag, draft,',
    'twin, lease, lock or child is left, and no effect took place twice: one container a service (once more where nobody heard that it was made), one backup, one release.',
    'A request that is refused may be final: then the run goes back, and all is as before.',
    '',
    'In the courses `with rows` the stack has a PostgreSQL too, which each release replaces, and each backup and restore contains. Each of its',
    'tables has as many rows in the end as before, or, where a backup was restored, as many as that has. They are struck at the steps that come near',
    'those rows, by the blows that could cost some: each step before, during and after by SIGKILL of its worker; during it, by that of',
    'Temporal and by dockerd that stops; and by a connection that drops and a reply that is lost.',
    '',
    `**${told}**, ${inMinutes}. Written by \`npm run test:crash\`, ${new Date().toISOString().slice(0, 10)}.`,
    '',
    `| step | course | ${blows.join(' | ')} |`,
    `| --- | --- |${blows.map(() => ' --- |').join('')}`,
    ...table,
  ];
  return format(text.join('\n'), { parser: 'markdown', ...(await resolveConfig(fileURLToPath(import.meta.url))) });
}
