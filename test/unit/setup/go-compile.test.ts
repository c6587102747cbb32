import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { compile, discardGoFolders } from '../../../scripts/setup/go-compile.mjs';

let folder: string;
const environment = { PATH: process.env['PATH'], EVENKEEL_CACHE: process.env['EVENKEEL_CACHE'] };

/** A go command that keeps something in each of its folders, as the real one does, and then does what is asked for. */
async function fakeGo(install: string, version = 'go version go1.21.13 linux/amd64'): Promise<void> {
  const lines = [
    '#!/bin/sh',
    'case "$1" in',
    `  version) echo "${version}" ;;`,
    '  install)',
    '    mkdir -p "$GOPATH/pkg" "$GOMODCACHE" "$GOCACHE"',
    '    touch "$GOPATH/pkg/kept" "$GOMODCACHE/kept" "$GOCACHE/kept"',
    `    ${install} ;;`,
    '  clean) rm -r "$GOMODCACHE" ;;',
    'esac',
    '',
  ];
  const file = path.join(folder, 'programs', 'go');
  await writeFile(file, lines.join('\n'));
  await chmod(file, 0o755);
}

beforeEach(async () => {
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-go-'));
  for (const name of ['programs', 'cache', 'into']) await mkdir(path.join(folder, name));
  process.env['PATH'] = `${path.join(folder, 'programs')}${path.delimiter}${environment.PATH}`;
  process.env['EVENKEEL_CACHE'] = path.join(folder, 'cache');
});

afterEach(async () => {
  jest.restoreAllMocks();
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await rm(folder, { recursive: true });
});

const compileTool = (): Promise<void> =>
  compile('example.org/tool@v1.0.0', { into: path.join(folder, 'into'), linkerFlags: '-s', what: 'a tool' });

test('a compiled program is all that is left of its compilation', async () => {
  await fakeGo('echo "$@" > "$GOBIN/tool"');
  await compileTool();
  expect(await readFile(path.join(folder, 'into', 'tool'), 'utf8')).toContain('example.org/tool@v1.0.0');
  expect(await readdir(path.join(folder, 'cache'))).toEqual([]);
});

test.each(['go version go1.20.14 linux/amd64', 'go version go1.4 linux/amd64'])(
  'a Go that cannot fetch a newer one is refused, with what to do: %s',
  async (version) => {
    await fakeGo('touch "$GOBIN/tool"', version);
    await expect(compileTool()).rejects.toThrow(/go1\.\d+.*1\.21 .*install a newer Go/s);
    expect(await readdir(path.join(folder, 'into'))).toEqual([]);
  },
);

test.each([
  'go version go1.22.2 linux/amd64',
  'go version devel go1.23-abc Mon linux/amd64',
  'go version go2.0 linux/amd64',
])('a newer Go compiles: %s', async (version) => {
  await fakeGo('touch "$GOBIN/tool"', version);
  await compileTool();
  expect(await readdir(path.join(folder, 'into'))).toEqual(['tool']);
});

test('what Go kept for a compilation that failed is there for the next one, and can be discarded', async () => {
  await fakeGo('echo "no such module" >&2; exit 1');
  await expect(compileTool()).rejects.toThrow('no such module');
  expect(await readdir(path.join(folder, 'cache', 'go', 'modules'))).toEqual(['kept']);

  await discardGoFolders();
  expect(await readdir(path.join(folder, 'cache'))).toEqual([]);
});
