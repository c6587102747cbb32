import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  LOOK,
  READ_ARCHIVE,
  RESTORE,
  RUN_WITHIN as POSTGRES_WITHIN,
  TALLY,
} from '../../../src/backup/postgres-scripts.js';
import { READ_SNAPSHOT, RUN_WITHIN as REDIS_WITHIN } from '../../../src/backup/redis-scripts.js';
import { childScripts } from '../../../src/backup/scripts.js';
import { LookFailed, StoreFailed } from '../../../src/backup/store-kind.js';
import { STARTS } from '../../../src/backup/swap-scripts.js';
import { PLACE, READ_ARCHIVE as READ_TAR } from '../../../src/backup/volume-scripts.js';
import { Weather } from '../../../src/docker/weather.js';
import { shellProgram } from '../../support/shell-program.js';

const GONE = 'echo "Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?" >&2; exit 1';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-docker-gone-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Looks with a client of Docker that is this shell script. */
async function look(docker: string, text: string, args: string[]): Promise<string> {
  await shellProgram(folder, 'docker', docker);
  const env = { PATH: `${folder}:${process.env['PATH']}` };
  const scripts = await childScripts({ runFolder: folder, env, redact: (said: string) => said });
  return scripts.look({ doing: 'reading', text, args });
}

describe('what is read in a container', () => {
  const snapshot = (file: string): string[] => [file, 'reader', 'image'];
  const archive = (file: string): string[] => [file, 'cat', 'reader', 'image', `${file}.rows`, TALLY];
  const contents = it.each([
    ['an archive', READ_ARCHIVE, archive],
    ['a snapshot', READ_SNAPSHOT, snapshot],
  ]);

  contents('is not called damaged where a Docker that stops has killed it: %s', async (_, text, argsFor) => {
    const file = path.join(folder, 'file');
    await writeFile(file, 'content');
    const killing = `[ "$1" = run ] || exit 0
      [ ! -e "${file}.killed" ] || { ${GONE}; }
      touch "${file}.killed"; cat >/dev/null; echo 'code 0' >&2; exit 137`;
    await expect(look(killing, text, argsFor(file))).rejects.toBeInstanceOf(Weather);
  });

  contents('is called damaged only where its program says so: %s', async (_, text, argsFor) => {
    const file = path.join(folder, 'file');
    await writeFile(file, 'content');
    const ending = (said: string, exitCode: number): string =>
      `[ "$1" != run ] || { cat >/dev/null; echo '${said}' | tee /dev/stderr; exit ${exitCode}; }`;
    await expect(look(ending('code 1', 1), text, argsFor(file))).rejects.not.toBeInstanceOf(LookFailed);
    await expect(look(ending('code 1', 1), text, argsFor(file))).rejects.toBeInstanceOf(StoreFailed);
    // The connection was cut, and what was asked is there again.
    const cut = 'read unix @->/run/docker.sock: read: connection reset by peer';
    await expect(look(ending(cut, 1), text, argsFor(file))).rejects.toBeInstanceOf(LookFailed);
    await expect(look(ending(cut, 1), text, argsFor(file))).rejects.toThrow('connection reset by peer');
    await expect(look(ending('no image', 125), text, argsFor(file))).rejects.toBeInstanceOf(LookFailed);
    await expect(look(ending('code 0', 1), text, argsFor(file))).rejects.toBeInstanceOf(LookFailed);
    const gone = `[ "$1" != run ] || { cat >/dev/null; echo '${cut}' >&2; exit 1; }\n${GONE}`;
    await expect(look(gone, text, argsFor(file))).rejects.toBeInstanceOf(Weather);
  });
});

describe('an archive', () => {
  it.each([
    ['pg_restore', 'cat >/dev/null; echo "code 137" >&2', 'cat'],
    ['what unpacks it', 'cat >/dev/null; echo "code 1" >&2', 'exit_with_137'],
  ])('is not called damaged where %s was killed', async (_, reading, unpacker) => {
    const file = path.join(folder, 'file');
    await writeFile(file, 'content');
    await shellProgram(folder, 'exit_with_137', 'exit 137');
    const read = look(`[ "$1" != run ] || { ${reading}; }`, READ_ARCHIVE, [
      ...[file, unpacker, 'reader', 'image', `${file}.rows`, TALLY],
    ]);
    await expect(read).rejects.toThrow('it was killed 3 times');
    await expect(read).rejects.toBeInstanceOf(LookFailed);
  });

  it.each(['tar', 'awk', 'unpacker'])('of a volume is not called damaged where %s was killed', async (killed) => {
    const file = path.join(folder, 'file');
    await promisify(execFile)('tar', ['--create', '--file', file, '--files-from', '/dev/null']);
    const args = [file, 'unpacker', `${file}.scratch`];
    await shellProgram(folder, 'unpacker', 'exec cat');
    expect(await look('', READ_TAR, args)).toContain('files|0');
    await shellProgram(folder, killed, 'exit 137');
    await expect(look('', READ_TAR, args)).rejects.toBeInstanceOf(LookFailed);
    await shellProgram(folder, killed, 'exit 1');
    await expect(look('', READ_TAR, args)).rejects.toThrow('it cannot be read through');
    await expect(look('', READ_TAR, args)).rejects.not.toBeInstanceOf(LookFailed);
  });
});

describe('what is asked within a container', () => {
  it.each([
    ['PostgreSQL', POSTGRES_WITHIN, ['db', '', 'true']],
    ['Redis', REDIS_WITHIN, ['cache', 'true', '', '', '']],
  ])('is weather where the client has lost Docker without a word: %s', async (_, text, args) => {
    await expect(look(`[ "$1" != exec ] || exit 255\n${GONE}`, text, args)).rejects.toBeInstanceOf(Weather);
    const cut = '[ "$1" != exec ] || { echo "read: connection reset by peer" >&2; exit 1; }';
    await expect(look(`${cut}\n${GONE}`, text, args)).rejects.toBeInstanceOf(Weather);
    await expect(look('[ "$1" != exec ] || exit 255', text, args)).rejects.toBeInstanceOf(StoreFailed);
  });
});

describe('what is asked of a server that is being looked for', () => {
  it('is asked again where the client was killed', async () => {
    const docker = `[ "$1" != exec ] || { echo >>${folder}/asked; exit 137; }`;
    await expect(look(docker, LOOK, ['db', 'true', '', 'session'])).rejects.toThrow('it was killed 3 times');
    expect(await readFile(path.join(folder, 'asked'), 'utf8')).toBe('\n'.repeat(6));
  });
});

describe('what puts a backup back', () => {
  it.each([
    ['a volume', PLACE, ['scratch', 'copier', 'image', 'mount']],
    ['a database', RESTORE, ['scratch', 'db', '', 'true']],
  ])('is begun again where what unpacks it was killed: %s', async (_, text, args) => {
    const file = path.join(folder, 'file');
    await writeFile(file, 'content');
    const times = path.join(folder, 'times');
    await shellProgram(folder, 'docker', '[ ! -p /dev/stdin ] || cat >/dev/null');
    await shellProgram(folder, 'unpacker', `cat; echo >>${times}; [ "$(grep -c '' ${times})" -ge 3 ] || exit 137`);
    const env = { PATH: `${folder}:${process.env['PATH']}` };
    const scripts = await childScripts({ runFolder: folder, env, redact: (said: string) => said });
    await scripts.run({ name: 'restores', doing: 'restoring', text, args: [file, 'unpacker', ...args] });
    expect(await readFile(times, 'utf8')).toBe('\n'.repeat(3));
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
