import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WRAPPER } from '../../../src/docker/child-traces.js';
import type { ChildCommand } from '../../../src/docker/children.js';
import { readTail, runChild } from '../../../src/docker/run-child.js';
import { upAndStartArgv } from '../../../src/docker/up-and-start.js';
import { ChildPlace, PATH } from '../../support/child-place.js';
import { catches, eventually, processExists } from '../../support/processes.js';

let place: ChildPlace;

beforeEach(async () => {
  place = await ChildPlace.make();
});
afterEach(() => place.remove());

describe('runChild', () => {
  it('runs a program and reads its exit code and both its streams', async () => {
    const end = await runChild(place.shell('echo one; echo two >&2; exit 7'));
    expect(end).toMatchObject({ kind: 'exited', exitCode: 7 });
    expect(await readTail(end.outputFile, 10)).toEqual(['one', 'two']);
  });

  it('hands arguments and environment over as they are, and writes the environment nowhere', async () => {
    const argv = ['/bin/sh', '-c', 'printf "%s|" "$@" "$SECRET" >seen', 'x', 'a b', '$HOME', "it's", ''];
    await runChild(place.shell('', { argv, env: { PATH, SECRET: 'hunter2' } }));
    expect(await place.written('seen')).toBe("a b|$HOME|it's||hunter2|");
    const { folder } = place.shell('');
    for (const name of await readdir(folder)) {
      expect(await readFile(path.join(folder, name), 'utf8')).not.toContain('hunter2');
    }
  });

  it('keeps its traces private', async () => {
    const end = await runChild(place.shell('true'));
    expect((await stat(place.shell('').folder)).mode & 0o777).toBe(0o700);
    expect((await stat(end.outputFile)).mode & 0o777).toBe(0o600);
  });

  it('does not start a child again that has ended', async () => {
    await runChild(place.shell('echo ran >>log; exit 3'));
    expect(await runChild(place.shell('echo ran >>log; exit 4'))).toMatchObject({ exitCode: 3 });
    expect(await place.written('log')).toBe('ran\n');
  });

  it('lets two callers at once start it once, and answers both', async () => {
    const ends = await Promise.all([1, 2, 3].map(() => runChild(place.shell('echo ran >>log; exit 5'))));
    expect(ends.map((end) => end.kind === 'exited' && end.exitCode)).toEqual([5, 5, 5]);
    expect(await place.written('log')).toBe('ran\n');
  });

  it('needs nothing of the PATH for itself', async () => {
    const end = await runChild(place.shell('exit 9', { env: { PATH: '/nowhere' } }));
    expect(end).toMatchObject({ kind: 'exited', exitCode: 9 });
  });

  it('reports a program that is not there as the shell does', async () => {
    expect(await runChild(place.shell('', { argv: ['/no/such/program'] }))).toMatchObject({ exitCode: 127 });
  });

  it('throws and leaves no traces when the working directory is missing', async () => {
    const command = place.shell('true', { cwd: path.join(place.home, 'missing') });
    await expect(runChild(command)).rejects.toThrow(/could not be started in .*missing/);
    await expect(stat(command.folder)).rejects.toThrow('ENOENT');
  });
});

it('a child that is told to end before its command has begun never begins it', async () => {
  // Who opens this for writing waits for somebody to read.
  execFileSync('mkfifo', [path.join(place.home, 'process.part')]);
  const child = spawn('/bin/sh', ['-c', WRAPPER, 'evenkeel-child', place.home, '/bin/sh', '-c', 'echo begun >begun'], {
    cwd: place.home,
  });
  const ended = once(child, 'exit');
  try {
    // Between the two it sleeps nowhere else.
    await eventually('the shell catches TERM', async () => (await catches(child.pid!, 'SIGTERM')) || undefined);
    await eventually('the shell waits there', async () => {
      return / S /.test(await readFile(`/proc/${child.pid}/stat`, 'utf8')) || undefined;
    });
    child.kill('SIGTERM');
    await ended;
    expect(await place.written('begun')).toBeUndefined();
    expect(await place.written('exit-code')).toMatch(/^143\n/);
  } finally {
    child.kill('SIGKILL');
  }
});

/** A command that goes on for a while after the shell above it has died: whoever hears of that death alone is done before. */
const OUTLIVES = 'while kill -0 $PPID 2>&-; do sleep 0.02; done; sleep 0.5; echo done >finished';

describe('a child whose shell alone is killed', () => {
  it('has not ended before its command has', async () => {
    const running = runChild(place.shell(`echo $PPID >shell; ${OUTLIVES}`));
    process.kill(await place.pidIn('shell'), 'SIGKILL');
    expect(await running).toMatchObject({ kind: 'lost' });
    expect(await place.written('finished')).toBe('done\n');
  });
});

describe('a child that runs Compose and then starts what it made', () => {
  /** A `docker` that lists no container; Compose is a command of the test. */
  async function upAndStart(compose: string): Promise<ChildCommand> {
    await writeFile(path.join(place.home, 'docker'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    const argv = upAndStartArgv('shop', 'api', ['/bin/sh', '-c', compose]);
    return place.shell('', { argv, env: { PATH: `${place.home}:${PATH}` } });
  }
  const slowToEnd = 'trap "sleep 0.2; echo done >finished; exit 0" TERM; echo $$ >pid; while :; do sleep 0.02; done';

  it('has not ended before a Compose that takes its time over TERM', async () => {
    const running = runChild(await upAndStart(slowToEnd));
    await place.pidIn('pid');
    process.kill(-(await place.pidIn('run/children/one/process')), 'SIGTERM');
    expect(await running).toMatchObject({ kind: 'exited', exitCode: 0 });
    expect(await place.written('finished')).toBe('done\n');
  });

  it('has not ended before Compose has, when the shell between the two is killed', async () => {
    const running = runChild(await upAndStart(`echo $PPID >between; ${OUTLIVES}`));
    process.kill(await place.pidIn('between'), 'SIGKILL');
    expect(await running).toMatchObject({ kind: 'exited', exitCode: 137 });
    expect(await place.written('finished')).toBe('done\n');
  });

  it('and is waited for by whoever finds the exit code of that shell', async () => {
    const command = await upAndStart(
      'echo $PPID >between; while [ ! -e go ]; do sleep 0.02; done; sleep 0.5; echo done >finished',
    );
    const first = runChild(command);
    process.kill(await place.pidIn('between'), 'SIGKILL');
    await eventually('an exit code', () => place.written('run/children/one/exit-code'));
    const second = runChild(command);
    await writeFile(path.join(place.home, 'go'), '');
    expect(await second).toMatchObject({ kind: 'exited', exitCode: 137 });
    expect(await place.written('finished')).toBe('done\n');
    await first;
  });
});

describe('terminateOn', () => {
  it('ends the whole group', async () => {
    const abort = new AbortController();
    const running = runChild(place.shell('sleep 300 & echo $! >grandchild; wait'), { terminateOn: abort.signal });
    const grandchild = await place.pidIn('grandchild');
    abort.abort();
    expect(await running).toMatchObject({ kind: 'exited', exitCode: 143 });
    expect(await processExists(grandchild)).toBe(false);
  });

  it('lets a program clean up that takes TERM as a request', async () => {
    const abort = new AbortController();
    const script = 'trap "echo clean; exit 0" TERM; echo $$ >pid; while :; do sleep 0.02; done';
    const running = runChild(place.shell(script), { terminateOn: abort.signal });
    await place.pidIn('pid');
    abort.abort();
    const end = await running;
    expect(end).toMatchObject({ kind: 'exited', exitCode: 0 });
    expect(await readTail(end.outputFile, 1)).toEqual(['clean']);
  });

  it('starts nothing when it has aborted already', async () => {
    const aborted = AbortSignal.abort(new Error('enough'));
    await expect(runChild(place.shell('touch ran'), { terminateOn: aborted })).rejects.toThrow('enough');
    expect(await place.written('ran')).toBeUndefined();
  });
});

describe('readTail', () => {
  it('reads no more than the end of a big file', async () => {
    const file = path.join(place.home, 'big.log');
    await writeFile(file, Array.from({ length: 100_000 }, (_, index) => `line ${index}\n`).join(''));
    expect(await readTail(file, 2)).toEqual(['line 99998', 'line 99999']);
    expect((await readTail(file, 100_000)).join('\n').length).toBeLessThanOrEqual(64 * 1024);
  });

  it('has no lines where there is no file', async () => {
    expect(await readTail(path.join(place.home, 'missing.log'), 5)).toEqual([]);
  });
});
