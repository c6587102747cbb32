import { closeSync, writeSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { openLog, setAsideInUse } from '../../../../src/worker/server/log-file.js';

it('sets a large log aside while it is written to, and nothing of it is lost', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ek-log-'));
  try {
    const file = path.join(folder, 'worker.log');
    const output = openLog(file);
    writeSync(output, 'the first line\n');
    setAsideInUse(file);
    expect(await readFile(file, 'utf8')).toBe('the first line\n');
    writeSync(output, Buffer.alloc(11 * 1024 * 1024, 'x'));
    setAsideInUse(file);
    writeSync(output, 'the next line\n');
    closeSync(output);
    expect(await readFile(file, 'utf8')).toBe('the next line\n');
    expect((await readFile(`${file}.1`, 'utf8')).startsWith('the first line\nxxx')).toBe(true);
    expect((await stat(`${file}.1`)).mode & 0o777).toBe(0o600);
  } finally {
    await rm(folder, { recursive: true });
  }
});
