/**
 * Runs the tests (all, or the folders of test/ named as arguments) and ends with one plain line: `N passed, N failed`.
 * What the workers of tests load is built first, where a source has changed. Tests that use Docker or Temporal run three
 * files at a time: while one waits for a clock, the others have the processors.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PARTS, writeParts } from './unit-parts.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const unitParts = path.join(root, 'dist', 'test-unit');
const jest = createRequire(import.meta.url).resolve('jest/bin/jest');

/** @param {string} config @param {string[]} flags @param {string[]} [patterns] @param {string[]} [more] flags of Node */
function run(config, flags, patterns = [], more = []) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'evenkeel-tests-'));
  const report = path.join(folder, 'report.json');
  const args = [
    '--experimental-vm-modules',
    ...more,
    '--disable-warning=ExperimentalWarning',
    jest,
    '-c',
    `test/${config}`,
  ];
  const ended = spawnSync(
    process.execPath,
    [...args, '--passWithNoTests', '--json', `--outputFile=${report}`, ...flags, ...patterns],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      // What is written in Go has memory enough: it collects garbage less often.
      env: { GOGC: '400', ...process.env },
    },
  );
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites };
  } catch {
    return { passed: 0, failed: ended.status === 0 ? 0 : 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const built = spawnSync(process.execPath, [path.join(root, 'scripts', 'build.mjs')], { stdio: 'inherit' });
if (built.status !== 0) process.exit(built.status ?? 1);
const wanted = process.argv.slice(2);
const runs = [];
if (wanted.length === 0 || wanted.includes('unit')) {
  writeParts(path.join(root, 'test', 'unit'), unitParts);
  runs.push(run('jest.unit.config.mjs', [`--maxWorkers=${PARTS}`]));
}
const all = [
  'model',
  'workflows',
  'replay',
  'engine',
  'scenarios',
  ...(process.env['EVENKEEL_TESTS'] === 'deep' ? ['deep'] : []),
];
const others = wanted.length === 0 ? all : wanted.filter((name) => name !== 'unit');
if (others.length > 0)
  runs.push(
    run(
      'jest.config.mjs',
      ['--maxWorkers=3'],
      others.map((name) => (name.includes('/') ? name : `test/${name}/`)),
      // Workers and commands of these tests live for seconds: to optimise their code takes longer than it saves.
      ['--no-opt'],
    ),
  );

const passed = runs.reduce((sum, { passed }) => sum + passed, 0);
const failed = runs.reduce((sum, { failed }) => sum + failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
