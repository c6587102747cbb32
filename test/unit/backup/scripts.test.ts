import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { childScripts, lookLimitMs } from '../../../src/backup/scripts.js';
import { LookFailed, StoreFailed } from '../../../src/backup/store-kind.js';
import { Weather } from '../../../src/docker/weather.js';
import { eventually } from '../../support/eventually.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-scripts-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Writes who sleeps: a part of a pipeline, which a shell that is killed leaves behind. */
const SLOW = `sh -c 'echo $$ >"$1"; exec sleep 600' part "$1" | cat`;

async function pidIn(file: string): Promise<number> {
  return Number(await readFile(file, 'utf8').catch(() => ''));
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a script', () => {
  it('of an earlier attempt that met a full disk is run anew, however often that was', async () => {
    const room = path.join(folder, 'room');
    const text = `test -e "$1" || { echo 'cp: /x: No space left on device' >&2; exit 1; }; echo filled`;
    const env = { PATH: process.env['PATH']! };
    const scripts = await childScripts({ runFolder: folder, env, redact: (line: string) => line });
    const copy = async () => scripts.run({ name: 'fill', doing: 'filling x', text, args: [room] });
    for (let attempt = 1; attempt <= 12; attempt += 1) await expect(copy()).rejects.toThrow('No space left');
    await writeFile(room, '');
    expect(await copy()).toBe('filled\n');
  });
});

describe('what a script fails with', () => {
  const failsSaying = async (said: string): Promise<unknown> => {
    const env = { PATH: process.env['PATH']! };
    const scripts = await childScripts({ runFolder: folder, env, redact: (line: string) => line });
    const text = `printf '%s\\n' "$1" >&2; exit 1`;
    return scripts.look({ doing: 'copying x', text, args: [said] }).catch((error: unknown) => error);
  };

  it.each([
    'docker: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    'failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct and if the daemon is running: dial unix /var/run/docker.sock: connect: no such file or directory',
    'Error response from daemon: No such exec instance: 0f3a',
    'docker: error during connect: Post "http://%2Fvar%2Frun%2Fdocker.sock/v1.45/containers/create": EOF.',
    'time="2026-11-28T19:12:47Z" level=error msg="error waiting for container: unexpected EOF"',
    'ERRO[0001] error waiting for container: unexpected EOF',
    'unexpected EOF',
  ])('is weather where Docker says that it is gone: %s', async (said) => {
    expect(await failsSaying(said)).toBeInstanceOf(Weather);
  });

  it.each([
    'docker: Error response from daemon: No such image: x.',
    'psql: error: connection to server at "db", port 5432 failed: Connection refused',
    'pg_dump: error: server closed the connection: unexpected EOF',
  ])('is final where it is of something else: %s', async (said) => {
    expect(await failsSaying(said)).toBeInstanceOf(StoreFailed);
  });
});

describe('a look', () => {
  it.each([130, 131, 137, 143])(
    'that was ended from outside, with %i, is begun again, three times at most',
    async (exitCode) => {
      const scripts = await childScripts({
        runFolder: folder,
        env: { PATH: process.env['PATH']! },
        redact: (said) => said,
      });
      const file = path.join(folder, 'looks');
      const text = `echo >>"$1"; [ "$(grep -c '' "$1")" -ge "$2" ] || exit "$3"; echo seen`;
      const look = (fromLook: number): Promise<string> =>
        scripts.look({ doing: 'reading', text, args: [file, String(fromLook), String(exitCode)] });
      expect(await look(3)).toBe('seen\n');
      await rm(file);
      await expect(look(4)).rejects.toThrow('reading: it was killed 3 times');
      expect(await readFile(file, 'utf8')).toBe('\n\n\n');
    },
  );

  it('whose shell was killed is begun again, three times at most', async () => {
    const env = { PATH: process.env['PATH']! };
    const scripts = await childScripts({ runFolder: folder, env, redact: (said) => said });
    const file = path.join(folder, 'looks');
    const text = `echo >>"$1"; [ "$(grep -c '' "$1")" -ge "$2" ] || kill -KILL $$; echo seen`;
    expect(await scripts.look({ doing: 'reading', text, args: [file, '2'] })).toBe('seen\n');
    const never = scripts.look({ doing: 'reading', text, args: [file, '100'] });
    await expect(never).rejects.toThrow('reading: it was killed 3 times');
    await expect(never).rejects.toBeInstanceOf(LookFailed);
  });

  it('ends with its step, and all of it; what puts something back goes on', async () => {
    const abort = new AbortController();
    const env = { PATH: process.env['PATH']! };
    const scripts = await childScripts({
      ...{ runFolder: folder, env, redact: (text: string) => text, terminateOn: abort.signal },
    });
    const pidFile = path.join(folder, 'pid');
    const looking = scripts.look({ doing: 'reading', text: SLOW, args: [pidFile] });
    const ended = expect(looking).rejects.toThrow('enough');
    await eventually('it reads', async () => (await pidIn(pidFile)) > 0);
    abort.abort(new Error('enough'));
    await ended;
    const pid = await pidIn(pidFile);
    await eventually('nothing of it is left', () => Promise.resolve(!isThere(pid)));

    await expect(scripts.look({ doing: 'reading', text: 'echo x', args: [] })).rejects.toThrow('enough');
    expect(await scripts.look({ doing: 'letting go', text: 'echo back', args: [], isUndo: true })).toBe('back\n');
  });

  it('has time for what it has to read', () => {
    expect(lookLimitMs()).toBe(3_600_000);
    expect(lookLimitMs(200e9)).toBeGreaterThan(50 * 3_600_000);
    // What a child's time-out may be.
    expect(lookLimitMs(582)).toBe(3_600_001);
    expect(lookLimitMs(1e15)).toBe(2 ** 31 - 1);
  });
});
