import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readEndTicks, readIdentity } from '../../../src/docker/child-traces.js';
import { endChildren, isAnyAtWork } from '../../../src/docker/end-children.js';
import { runChild } from '../../../src/docker/run-child.js';
import { eventually } from '../../support/eventually.js';
import { processExists } from '../../support/processes.js';

describe('endChildren', () => {
  it('leaves a group alone that has been given the same number since', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'ek-end-'));
    const env = { PATH: process.env['PATH']! };
    const ended = path.join(folder, 'ended');
    await runChild({ folder: ended, argv: ['true'], cwd: folder, env });
    expect(await readEndTicks(ended)).toBeGreaterThan(0);
    // Clock ticks are coarse: let it have ended long before.
    await writeFile(path.join(ended, 'exit-code'), `0\n${await readFile('/proc/1/stat', 'utf8')}`);
    // A daemon whose leader has gone; its group has the number that the child's had.
    const daemon = spawn('/bin/sh', ['-c', 'sleep 300 & echo $!'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const pid = Number((await once(daemon.stdout, 'data')).toString());
    await once(daemon, 'exit');
    const identity = await readFile(path.join(ended, 'process'), 'utf8');
    await writeFile(path.join(ended, 'process'), identity.replace(/^\d+/, String(daemon.pid)));
    try {
      expect(await isAnyAtWork(folder)).toBe(false);
      await endChildren(folder);
      expect(await processExists(pid)).toBe(true);
    } finally {
      process.kill(pid, 'SIGKILL');
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('ends what is at work, and leaves what has ended', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'ek-end-'));
    const child = (name: string, argv: string[]) =>
      runChild({ folder: path.join(folder, name), argv, cwd: folder, env: { PATH: process.env['PATH']! } });
    try {
      expect(await child('done', ['true'])).toMatchObject({ exitCode: 0 });
      const sleeping = child('sleeps', ['sleep', '300']);
      await eventually('it says who it is', async () => !!(await readIdentity(path.join(folder, 'sleeps'))));
      await endChildren(folder);
      expect(await sleeping).toMatchObject({ kind: 'exited', exitCode: 143 });
      await endChildren(folder);
      await endChildren(path.join(folder, 'none'));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
