import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChildCommand } from '../../../src/docker/children.js';
import { readTail, runChild } from '../../../src/docker/run-child.js';
import { upAndStartArgv } from '../../../src/docker/up-and-start.js';
import { otherProcess } from '../../support/other-process.js';
import { eventually, processExists } from '../../support/processes.js';

let home: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ek-run-child-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const PATH = process.env['PATH'] ?? '';

function shell(script: string, more: Partial<ChildCommand> = {}): ChildCommand {
  return {
    folder: path.join(home, 'run', 'children', 'one'),
    argv: ['/bin/sh', '-c', script],
    cwd: home,
    env: { PATH },
    ...more,
  };
}

const written = (name: string) => readFile(path.join(home, name), 'utf8').catch(() => undefined);
const pidIn = (name: string) =>
  eventually(`a pid in ${name}`, async () => Number.parseInt((await written(name)) ?? '', 10) || undefined);

describe('runChild', () => {
  it('runs a program and reads its exit code and both its streams', async () => {
    const end = await runChild(shell('echo one; echo two >&2; exit 7'));
    expect(end).toMatchObject({ kind: 'exited', exitCode: 7 });
    expect(await readTail(end.outputFile, 10)).toEqual(['one', 'two']);
  });

  it('hands arguments and environment over as they are, and writes the environment nowhere', async () => {
    const argv = ['/bin/sh', '-c', 'printf "%s|" "$@" "$SECRET" >seen', 'x', 'a b', '$HOME', "it's", ''];
    await runChild(shell('', { argv, env: { PATH, SECRET: 'hunter2' } }));
    expect(await written('seen')).toBe("a b|$HOME|it's||hunter2|");
    const { folder } = shell('');
    for (const name of await readdir(folder)) {
      expect(await readFile(path.join(folder, name), 'utf8')).not.toContain('hunter2');
    }
  });

  it('keeps its traces private', async () => {
    const end = await runChild(shell('true'));
    expect((await stat(shell('').folder)).mode & 0o777).toBe(0o700);
    expect((await stat(end.outputFile)).mode & 0o777).toBe(0o600);
  });

  it('does not start a child again that has ended', async () => {
    await runChild(shell('echo ran >>log; exit 3'));
    expect(await runChild(shell('echo ran >>log; exit 4'))).toMatchObject({ exitCode: 3 });
    expect(await written('log')).toBe('ran\n');
  });

  it('lets two callers at once start it once, and answers both', async () => {
    const ends = await Promise.all([1, 2, 3].map(() => runChild(shell('echo ran >>log; exit 5'))));
    expect(ends.map((end) => end.kind === 'exited' && end.exitCode)).toEqual([5, 5, 5]);
    expect(await written('log')).toBe('ran\n');
  });

  it('needs nothing of the PATH for itself', async () => {
    const end = await runChild(shell('exit 9', { env: { PATH: '/nowhere' } }));
    expect(end).toMatchObject({ kind: 'exited', exitCode: 9 });
  });

  it('reports a program that is not there as the shell does', async () => {
    expect(await runChild(shell('', { argv: ['/no/such/program'] }))).toMatchObject({ exitCode: 127 });
  });

  it('throws and leaves no traces when the working directory is missing', async () => {
    const command = shell('true', { cwd: path.join(home, 'missing') });
    await expect(runChild(command)).rejects.toThrow(/could not be started in .*missing/);
    await expect(stat(command.folder)).rejects.toThrow('ENOENT');
  });
});

describe('a child whose parent was killed', () => {
  /** Starts a child from another process, which is killed as soon as the child is at work. */
  async function orphan(script: string): Promise<void> {
    const parentFolder = path.join(home, 'parent');
    await mkdir(parentFolder);
    const command = shell(`echo $$ >child-pid; ${script}`);
    const parent = otherProcess(
      parentFolder,
      ['src/docker/run-child.ts'],
      `import { runChild } from './src/docker/run-child.js'; await runChild(${JSON.stringify(command)});`,
    );
    await pidIn('child-pid');
    parent.kill('SIGKILL');
    await once(parent, 'exit');
  }

  it('works on, and its exit code is read by whoever comes next', async () => {
    await orphan('while [ ! -e go ]; do sleep 0.02; done; echo done; exit 6');
    const adopted = runChild(shell('echo never'));
    expect(await processExists(await pidIn('child-pid'))).toBe(true);
    await writeFile(path.join(home, 'go'), '');
    const end = await adopted;
    expect(end).toMatchObject({ kind: 'exited', exitCode: 6 });
    expect(await readTail(end.outputFile, 5)).toEqual(['done']);
  });

  it('is ended by whoever comes next, when that one is told to', async () => {
    await orphan('sleep 300');
    const end = await runChild(shell(''), { terminateOn: AbortSignal.abort() });
    expect(end).toMatchObject({ kind: 'exited', exitCode: 143 });
    expect(await processExists(await pidIn('child-pid'))).toBe(false);
  });

  it('is left to whoever comes after that, when nobody wants it ended', async () => {
    await orphan('while [ ! -e go ]; do sleep 0.02; done; exit 6');
    const leaving = new AbortController();
    const waits = runChild(shell(''), { leaveOn: leaving.signal });
    leaving.abort(new Error('the worker goes'));
    await expect(waits).rejects.toThrow('the worker goes');
    expect(await processExists(await pidIn('child-pid'))).toBe(true);
    await writeFile(path.join(home, 'go'), '');
    expect(await runChild(shell(''))).toMatchObject({ kind: 'exited', exitCode: 6 });
  });

  it('is waited for when only its shell was killed', async () => {
    await orphan('while [ ! -e go ]; do sleep 0.02; done; echo done >finished');
    const identity = await readFile(path.join(shell('').folder, 'process'), 'utf8');
    process.kill(Number.parseInt(identity, 10), 'SIGKILL');
    let ended = false;
    const adopted = runChild(shell('')).finally(() => (ended = true));
    await Promise.race([adopted, new Promise((resolve) => setTimeout(resolve, 500))]);
    expect(ended).toBe(false);
    await writeFile(path.join(home, 'go'), '');
    expect(await adopted).toMatchObject({ kind: 'lost' });
    expect(await written('finished')).toBe('done\n');
  });

  it('is lost when it was killed too', async () => {
    await orphan('sleep 300');
    const identity = await readFile(path.join(shell('').folder, 'process'), 'utf8');
    process.kill(-Number.parseInt(identity, 10), 'SIGKILL');
    expect(await runChild(shell(''))).toMatchObject({ kind: 'lost' });
  });
});

describe('a child whose shell alone is killed', () => {
  it('has not ended before its command has', async () => {
    const running = runChild(shell('echo $PPID >shell; sleep 0.5; echo done >finished'));
    process.kill(await pidIn('shell'), 'SIGKILL');
    expect(await running).toMatchObject({ kind: 'lost' });
    expect(await written('finished')).toBe('done\n');
  });
});

describe('a child that runs Compose and then starts what it made', () => {
  /** A `docker` that lists no container; Compose is a command of the test. */
  async function upAndStart(compose: string): Promise<ChildCommand> {
    await writeFile(path.join(home, 'docker'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    const argv = upAndStartArgv('shop', 'api', ['/bin/sh', '-c', compose]);
    return shell('', { argv, env: { PATH: `${home}:${PATH}` } });
  }
  const slowToEnd = 'trap "sleep 0.5; echo done >finished; exit 0" TERM; echo $$ >pid; while :; do sleep 0.02; done';

  it('has not ended before a Compose that takes its time over TERM', async () => {
    const running = runChild(await upAndStart(slowToEnd));
    await pidIn('pid');
    process.kill(-(await pidIn('run/children/one/process')), 'SIGTERM');
    expect(await running).toMatchObject({ kind: 'exited', exitCode: 0 });
    expect(await written('finished')).toBe('done\n');
  });

  it('has not ended before Compose has, when the shell between the two is killed', async () => {
    const running = runChild(await upAndStart('echo $PPID >between; sleep 0.5; echo done >finished'));
    process.kill(await pidIn('between'), 'SIGKILL');
    expect(await running).toMatchObject({ kind: 'exited', exitCode: 137 });
    expect(await written('finished')).toBe('done\n');
  });

  it('and is waited for by whoever finds the exit code of that shell', async () => {
    const command = await upAndStart(
      'echo $PPID >between; while [ ! -e go ]; do sleep 0.02; done; echo done >finished',
    );
    const first = runChild(command);
    process.kill(await pidIn('between'), 'SIGKILL');
    await eventually('an exit code', () => written('run/children/one/exit-code'));
    const second = runChild(command);
    await writeFile(path.join(home, 'go'), '');
    expect(await second).toMatchObject({ kind: 'exited', exitCode: 137 });
    expect(await written('finished')).toBe('done\n');
    await first;
  });
});

describe('traces of a child', () => {
  async function traces(process: string | undefined): Promise<void> {
    const { folder } = shell('');
    await mkdir(folder, { recursive: true });
    if (process !== undefined) await writeFile(path.join(folder, 'process'), process);
  }
  const ourStat = () => readFile('/proc/self/stat', 'utf8').then((line) => line.trim());
  const boot = () => readFile('/proc/sys/kernel/random/boot_id', 'utf8').then((id) => id.trim());

  it('without a process are those of a lost one', async () => {
    await traces(undefined);
    expect(await runChild(shell('touch ran'))).toMatchObject({ kind: 'lost' });
    expect(await written('ran')).toBeUndefined();
  });

  it('whose pid belongs to another process now are those of a lost one', async () => {
    const fields = (await ourStat()).split(') ');
    const later = fields[1]!.split(' ').map((field, index) => (index === 19 ? String(Number(field) - 1) : field));
    await traces(`${fields[0]}) ${later.join(' ')}\n${await boot()}\n`);
    expect(await runChild(shell(''))).toMatchObject({ kind: 'lost' });
  });

  it('from before the last boot are those of a lost one', async () => {
    await traces(`${await ourStat()}\n00000000-0000-0000-0000-000000000000\n`);
    expect(await runChild(shell(''))).toMatchObject({ kind: 'lost' });
  });
});

describe('terminateOn', () => {
  it('ends the whole group', async () => {
    const abort = new AbortController();
    const running = runChild(shell('sleep 300 & echo $! >grandchild; wait'), { terminateOn: abort.signal });
    const grandchild = await pidIn('grandchild');
    abort.abort();
    expect(await running).toMatchObject({ kind: 'exited', exitCode: 143 });
    expect(await processExists(grandchild)).toBe(false);
  });

  it('lets a program clean up that takes TERM as a request', async () => {
    const abort = new AbortController();
    const script = 'trap "echo clean; exit 0" TERM; echo $$ >pid; while :; do sleep 0.02; done';
    const running = runChild(shell(script), { terminateOn: abort.signal });
    await pidIn('pid');
    abort.abort();
    const end = await running;
    expect(end).toMatchObject({ kind: 'exited', exitCode: 0 });
    expect(await readTail(end.outputFile, 1)).toEqual(['clean']);
  });

  it('starts nothing when it has aborted already', async () => {
    const aborted = AbortSignal.abort(new Error('enough'));
    await expect(runChild(shell('touch ran'), { terminateOn: aborted })).rejects.toThrow('enough');
    expect(await written('ran')).toBeUndefined();
  });
});

describe('readTail', () => {
  it('reads no more than the end of a big file', async () => {
    const file = path.join(home, 'big.log');
    await writeFile(file, Array.from({ length: 100_000 }, (_, index) => `line ${index}\n`).join(''));
    expect(await readTail(file, 2)).toEqual(['line 99998', 'line 99999']);
    expect((await readTail(file, 100_000)).join('\n').length).toBeLessThanOrEqual(64 * 1024);
  });

  it('has no lines where there is no file', async () => {
    expect(await readTail(path.join(home, 'missing.log'), 5)).toEqual([]);
  });
});
