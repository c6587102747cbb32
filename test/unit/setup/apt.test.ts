import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { install, refreshPackageLists } from '../../../scripts/setup/apt.mjs';
import { shellProgram } from '../../support/shell-program.js';

let folder: string;
const environment = { PATH: process.env['PATH'], EVENKEEL_CACHE: process.env['EVENKEEL_CACHE'] };

/** Puts a shell script where set-up finds a program. */
async function fake(program: string, lines: string[]): Promise<void> {
  await shellProgram(folder, program, [`cd '${folder}'`, ...lines].join('\n'));
}

const textOf = (name: string): Promise<string> => readFile(path.join(folder, name), 'utf8');

beforeEach(async () => {
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-apt-'));
  process.env['PATH'] = `${folder}${path.delimiter}${environment.PATH}`;
  process.env['EVENKEEL_CACHE'] = path.join(folder, 'cache');
  await fake('dpkg-query', ['cat installed 2>/dev/null || true']);
});

afterEach(async () => {
  jest.restoreAllMocks();
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await rm(folder, { recursive: true });
});

test('package lists that another apt is fetching are waited for', async () => {
  await fake('apt-get', [
    'echo "$1" >> calls',
    '[ "$(wc -l < calls)" -ge 2 ] && exit 0',
    'echo "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 7 (apt-get)" >&2',
    'exit 100',
  ]);
  await refreshPackageLists();
  expect(await textOf('calls')).toBe('update\nupdate\n');
});

test('any other failure of apt is told at once', async () => {
  await fake('apt-get', ['echo "$1" >> calls', 'echo "E: The repository has no Release file" >&2', 'exit 100']);
  await expect(refreshPackageLists()).rejects.toThrow('no Release file');
  expect(await textOf('calls')).toBe('update\n');
});

test('steps that want packages at the same time get them one after the other, each recorded', async () => {
  await fake('apt-get', [
    'mkdir busy || exit 1',
    'for last; do :; done',
    '[ "$1" = update ] || echo "installed $last 1.0" >> installed',
    // A real one takes its time as well.
    'sleep 0.1',
    'rmdir busy',
  ]);
  // All have to end before the programs are the machine's own again, also where one fails.
  const ends = await Promise.allSettled([
    install(['first']),
    install(['second']),
    refreshPackageLists(),
    install(['third']),
  ]);
  expect(ends.map(({ status }) => status)).toEqual(ends.map(() => 'fulfilled'));
  const { packages } = JSON.parse(await textOf('cache/manifest.json')) as { packages: { name: string; to: string }[] };
  expect(packages).toEqual(['first', 'second', 'third'].map((name) => ({ name, to: '1.0' })));
});
