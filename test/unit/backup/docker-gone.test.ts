import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { READ_ARCHIVE, RUN_WITHIN as POSTGRES_WITHIN, TALLY } from '../../../src/backup/postgres-scripts.js';
import { READ_SNAPSHOT, RUN_WITHIN as REDIS_WITHIN } from '../../../src/backup/redis-scripts.js';
import { childScripts } from '../../../src/backup/scripts.js';
import { StoreFailed } from '../../../src/backup/store-kind.js';
import { STARTS } from '../../../src/backup/swap-scripts.js';
import { Weather } from '../../../src/docker/weather.js';

const GONE = 'echo "Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?" >&2; exit 1';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-docker-gone-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Makes a shell script that is found by its name. */
async function program(name: string, text: string): Promise<void> {
  const file = path.join(folder, name);
  await writeFile(file, `#!/bin/sh\n${text}`);
  await chmod(file, 0o755);
}

/** Looks with a client of Docker that is this shell script. */
async function look(docker: string, text: string, args: string[]): Promise<string> {
  await program('docker', docker);
  const env = { PATH: `${folder}:${process.env['PATH']}` };
  const scripts = await childScripts({ runFolder: folder, env, redact: (said: string) => said });
  return scripts.look({ doing: 'reading', text, args });
}

describe('what is read in a container', () => {
  const snapshot = (file: string): string[] => [file, 'reader', 'image'];
  const archive = (file: string): string[] => [file, 'cat', 'reader', 'image', `${file}.rows`, TALLY];

  it.each([
    ['an archive', READ_ARCHIVE, archive],
    ['a snapshot', READ_SNAPSHOT, snapshot],
  ])('is not called damaged where a Docker that stops has killed it: %s', async (_, text, argsFor) => {
    const file = path.join(folder, 'file');
    await writeFile(file, 'content');
    const killing = `[ "$1" = run ] || exit 0
      [ ! -e "${file}.killed" ] || { ${GONE}; }
      touch "${file}.killed"; cat >/dev/null; echo 'code 0' >&2; exit 137`;
    await expect(look(killing, text, argsFor(file))).rejects.toBeInstanceOf(Weather);
    const failing = `[ "$1" != run ] || { cat >/dev/null; exit 1; }`;
    await expect(look(failing, text, argsFor(file))).rejects.toBeInstanceOf(StoreFailed);
  });
});

describe('an archive', () => {
  it.each([
    ['pg_restore', 'cat >/dev/null; echo "code 137" >&2', 'cat'],
    ['what unpacks it', 'cat >/dev/null; echo "code 1" >&2', 'exit_with_137'],
  ])('is not called damaged where %s was killed', async (_, reading, unpacker) => {
    const file = path.join(folder, 'file');
    await writeFile(file, 'content');
    await program('exit_with_137', 'exit 137');
    const read = look(`[ "$1" != run ] || { ${reading}; }`, READ_ARCHIVE, [
      ...[file, unpacker, 'reader', 'image', `${file}.rows`, TALLY],
    ]);
    await expect(read).rejects.toThrow('it was killed 3 times');
  });
});

describe('what is asked within a container', () => {
  it.each([
    ['PostgreSQL', POSTGRES_WITHIN, ['db', '', 'true']],
    ['Redis', REDIS_WITHIN, ['cache', 'true', '', '', '']],
  ])('is weather where the client has lost Docker without a word: %s', async (_, text, args) => {
    await expect(look(`[ "$1" != exec ] || exit 255\n${GONE}`, text, args)).rejects.toBeInstanceOf(Weather);
    await expect(look('[ "$1" != exec ] || exit 255', text, args)).rejects.toBeInstanceOf(StoreFailed);
  });
});

describe('looking who was started', () => {
  it.each([
    ['before it has said anything', GONE],
    ['once it has said who there is', `case "$*" in *volume=data*) echo abc ;; *) ${GONE} ;; esac`],
    ['for one that is there', `case "$*" in *volume=data* | *id=abc*) echo abc ;; *) ${GONE} ;; esac`],
  ])('is weather where Docker is gone %s', async (_, docker) => {
    await expect(look(docker, STARTS, ['data'])).rejects.toBeInstanceOf(Weather);
  });

  it('leaves out who goes meanwhile', async () => {
    const docker = `case "$*" in
      *volume=data*) printf 'gone\\nabc\\n' ;;
      inspect*abc) echo 'start|abc|x' ;;
      inspect*) exit 1 ;;
    esac`;
    expect(await look(docker, STARTS, ['data'])).toBe('start|abc|x\n');
  });
});
