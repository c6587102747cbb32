import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  identityOf,
  readServerRecord,
  takeOver,
  writeServerRecord,
} from '../../../../src/worker/server/server-record.js';
import { endWithUs } from '../../../../src/worker/server/watchdog.js';
import { processExists } from '../../../support/processes.js';

const where = { address: '127.0.0.1:7233', ui: 'http://127.0.0.1:8233' };
let home: string;

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'server-'));
});
afterEach(() => rmSync(home, { recursive: true }));

describe('what a killed server left', () => {
  it('is ended by the next one', async () => {
    const layout = { home, lockDir: home };
    const orphan = spawn('sleep', ['60']);
    const ended = once(orphan, 'exit');
    const [temporal, self] = [(await identityOf(orphan.pid))!, (await identityOf(process.pid))!];
    await writeServerRecord(layout, { server: { ...self, startTicks: '1' }, temporal, ...where });
    await expect(takeOver(layout)).resolves.toBeUndefined();
    expect(await ended).toEqual([null, 'SIGKILL']);
    await expect(readServerRecord(layout)).resolves.toBeUndefined();
  });

  it('is left alone while that server lives', async () => {
    const layout = { home, lockDir: home };
    const record = { server: (await identityOf(process.pid))!, ...where };
    await writeServerRecord(layout, record);
    await expect(takeOver(layout)).resolves.toEqual(record);
  });
});

it('a watchdog that is called off does nothing', async () => {
  const child = spawn('sleep', ['60']);
  endWithUs(child.pid!)();
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
});

it('a watchdog kills what it watches when its owner is killed', async () => {
  const script = `
    import { spawn } from 'node:child_process';
    const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    spawn('/bin/sh', ['-c', process.argv[1], 'watchdog', String(child.pid)], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    console.log(child.pid);
    setInterval(() => undefined, 1000);`;
  const { WATCHDOG_SCRIPT } = await import('../../../../src/worker/server/watchdog.js');
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script, WATCHDOG_SCRIPT], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [pid] = (await once(owner.stdout, 'data')) as [Buffer];
  expect(await identityOf(Number(pid.toString()))).toBeDefined();
  owner.kill('SIGKILL');
  while (await processExists(Number(pid.toString()))) await new Promise((later) => setTimeout(later, 10));
});
