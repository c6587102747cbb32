import { once } from 'node:events';
import { mkdtemp, readdir, readlink, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { acquireHostLock, type HostLock } from '../../../src/docker/host-lock.js';
import { runChild } from '../../../src/docker/run-child.js';
import { otherProcess } from '../../support/other-process.js';
import { eventually } from '../../support/processes.js';

const ENGINE = 'ABCD:EFGH:1234/5';
let home: string;
let lockDir: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ek-lock-'));
  lockDir = path.join(home, 'locks');
});
afterEach(() => rm(home, { recursive: true, force: true }));

const acquire = (project = 'shop', signal?: AbortSignal): Promise<HostLock> =>
  acquireHostLock(lockDir, ENGINE, project, { signal });

/** Processes that wait for a lock below our folder. */
async function waiters(): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readlink(`/proc/${pid}/exe`).catch(() => '');
    const target = await readlink(`/proc/${pid}/fd/3`).catch(() => '');
    if (command.endsWith('/flock') && target.startsWith(home)) found.push(pid);
  }
  return found;
}
const somebodyWaits = () =>
  eventually('somebody who waits for the lock', async () => ((await waiters()).length > 0 ? true : undefined));

describe('acquireHostLock', () => {
  it('makes the second wait until the first has released it', async () => {
    const first = await acquire();
    const order: string[] = [];
    const second = acquire().then((lock) => (order.push('second'), lock));
    await somebodyWaits();
    order.push('released');
    await first.release();
    await (await second).release();
    expect(order).toEqual(['released', 'second']);
  });

  it('keeps projects apart', async () => {
    const shop = await acquire('shop');
    const blog = await acquire('blog');
    await Promise.all([shop.release(), blog.release()]);
  });

  it('names the file after the engine and the project, for every user of the machine', async () => {
    await (await acquire()).release();
    const folder = path.join(lockDir, 'ABCD%3AEFGH%3A1234%2F5');
    expect((await stat(lockDir)).mode & 0o7777).toBe(0o1777);
    expect((await stat(folder)).mode & 0o7777).toBe(0o1777);
    expect((await stat(path.join(folder, 'shop.lock'))).mode & 0o777).toBe(0o644);
  });

  it('leaves nobody waiting when it is aborted', async () => {
    const first = await acquire();
    const abort = new AbortController();
    const second = acquire('shop', abort.signal);
    await somebodyWaits();
    abort.abort(new Error('no longer wanted'));
    await expect(second).rejects.toThrow('no longer wanted');
    expect(await waiters()).toEqual([]);
    await first.release();
    await (await acquire()).release();
  });

  it('takes the file of that name, should somebody have deleted the one it waited for', async () => {
    const first = await acquire();
    const second = acquire();
    await somebodyWaits();
    await rm(lockDir, { recursive: true });
    // The folder is made again by the third, the file as well.
    const third = await acquire();
    await first.release();
    const order: string[] = [];
    const both = second.then((lock) => (order.push('second'), lock.release()));
    await somebodyWaits();
    order.push('third released');
    await third.release();
    await both;
    expect(order).toEqual(['third released', 'second']);
  });

  it('says what to do when the folder cannot be made', async () => {
    await expect(acquireHostLock('/proc/locks', ENGINE, 'shop')).rejects.toThrow(/EVENKEEL_LOCK_DIR/);
  });

  it('is kept by a child after its worker was killed, so that getting it is waiting for the child', async () => {
    const command = {
      folder: path.join(home, 'child'),
      argv: ['/bin/sh', '-c', 'echo >started; while [ ! -e go ]; do sleep 0.02; done; exit 6'],
      cwd: home,
      env: { PATH: process.env['PATH'] ?? '' },
    };
    const worker = otherProcess(
      home,
      ['src/docker/run-child.ts', 'src/docker/host-lock.ts'],
      `import { acquireHostLock } from './src/docker/host-lock.js';
       import { runChild } from './src/docker/run-child.js';
       const lock = await acquireHostLock(${JSON.stringify(lockDir)}, ${JSON.stringify(ENGINE)}, 'shop');
       await runChild({ ...${JSON.stringify(command)}, lockFd: lock.fd });`,
    );
    await eventually('the child', () => stat(path.join(home, 'started')).catch(() => undefined));
    worker.kill('SIGKILL');
    await once(worker, 'exit');

    const next = acquire();
    await somebodyWaits();
    await writeFile(path.join(home, 'go'), '');
    const lock = await next;
    // The child has ended, so that its exit code is there at once.
    expect(await runChild(command)).toMatchObject({ kind: 'exited', exitCode: 6 });
    await lock.release();
  });
});
