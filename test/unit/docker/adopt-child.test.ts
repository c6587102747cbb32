import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readTail, runChild } from '../../../src/docker/run-child.js';
import { ChildPlace } from '../../support/child-place.js';
import { otherProcess } from '../../support/other-process.js';
import { processExists } from '../../support/processes.js';

let place: ChildPlace;

beforeEach(async () => {
  place = await ChildPlace.make();
});
afterEach(() => place.remove());

describe('a child whose parent was killed', () => {
  /** Starts a child from another process, which is killed as soon as the child is at work. */
  async function orphan(script: string): Promise<void> {
    const parentFolder = path.join(place.home, 'parent');
    await mkdir(parentFolder);
    const command = place.shell(`echo $$ >child-pid; ${script}`);
    const parent = otherProcess(
      parentFolder,
      ['src/docker/run-child.ts'],
      `import { runChild } from './src/docker/run-child.js'; await runChild(${JSON.stringify(command)});`,
    );
    await place.pidIn('child-pid');
    parent.kill('SIGKILL');
    await once(parent, 'exit');
  }

  it('works on, and its exit code is read by whoever comes next', async () => {
    await orphan('while [ ! -e go ]; do sleep 0.02; done; echo done; exit 6');
    const adopted = runChild(place.shell('echo never'));
    expect(await processExists(await place.pidIn('child-pid'))).toBe(true);
    await writeFile(path.join(place.home, 'go'), '');
    const end = await adopted;
    expect(end).toMatchObject({ kind: 'exited', exitCode: 6 });
    expect(await readTail(end.outputFile, 5)).toEqual(['done']);
  });

  it('is ended by whoever comes next, when that one is told to', async () => {
    await orphan('sleep 300');
    const end = await runChild(place.shell(''), { terminateOn: AbortSignal.abort() });
    expect(end).toMatchObject({ kind: 'exited', exitCode: 143 });
    expect(await processExists(await place.pidIn('child-pid'))).toBe(false);
  });

  it('is left to whoever comes after that, when nobody wants it ended', async () => {
    await orphan('while [ ! -e go ]; do sleep 0.02; done; exit 6');
    const leaving = new AbortController();
    const waits = runChild(place.shell(''), { leaveOn: leaving.signal });
    leaving.abort(new Error('the worker goes'));
    await expect(waits).rejects.toThrow('the worker goes');
    expect(await processExists(await place.pidIn('child-pid'))).toBe(true);
    await writeFile(path.join(place.home, 'go'), '');
    expect(await runChild(place.shell(''))).toMatchObject({ kind: 'exited', exitCode: 6 });
  });

  it('is waited for when only its shell was killed', async () => {
    await orphan('while [ ! -e go ]; do sleep 0.02; done; echo done >finished');
    const identity = await readFile(path.join(place.shell('').folder, 'process'), 'utf8');
    process.kill(Number.parseInt(identity, 10), 'SIGKILL');
    let ended = false;
    const adopted = runChild(place.shell('')).finally(() => (ended = true));
    await Promise.race([adopted, new Promise((resolve) => setTimeout(resolve, 500))]);
    expect(ended).toBe(false);
    await writeFile(path.join(place.home, 'go'), '');
    expect(await adopted).toMatchObject({ kind: 'lost' });
    expect(await place.written('finished')).toBe('done\n');
  });

  it('is lost when it was killed too', async () => {
    await orphan('sleep 300');
    const identity = await readFile(path.join(place.shell('').folder, 'process'), 'utf8');
    process.kill(-Number.parseInt(identity, 10), 'SIGKILL');
    expect(await runChild(place.shell(''))).toMatchObject({ kind: 'lost' });
  });
});

describe('traces of a child', () => {
  async function traces(process: string | undefined): Promise<void> {
    const { folder } = place.shell('');
    await mkdir(folder, { recursive: true });
    if (process !== undefined) await writeFile(path.join(folder, 'process'), process);
  }
  const ourStat = () => readFile('/proc/self/stat', 'utf8').then((line) => line.trim());
  const boot = () => readFile('/proc/sys/kernel/random/boot_id', 'utf8').then((id) => id.trim());

  it('without a process are those of a lost one', async () => {
    await traces(undefined);
    expect(await runChild(place.shell('touch ran'))).toMatchObject({ kind: 'lost' });
    expect(await place.written('ran')).toBeUndefined();
  });

  it('whose pid belongs to another process now are those of a lost one', async () => {
    const fields = (await ourStat()).split(') ');
    const later = fields[1]!.split(' ').map((field, index) => (index === 19 ? String(Number(field) - 1) : field));
    await traces(`${fields[0]}) ${later.join(' ')}\n${await boot()}\n`);
    expect(await runChild(place.shell(''))).toMatchObject({ kind: 'lost' });
  });

  it('from before the last boot are those of a lost one', async () => {
    await traces(`${await ourStat()}\n00000000-0000-0000-0000-000000000000\n`);
    expect(await runChild(place.shell(''))).toMatchObject({ kind: 'lost' });
  });
});
