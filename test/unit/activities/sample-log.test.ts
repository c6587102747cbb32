import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SampleLog } from '../../../activities/sample-log.js';
import { seen } from '../gates/gate-play.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-samples-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the samples of a gate', () => {
  it('are written where they differ', async () => {
    const file = path.join(folder, 'health', 'api.jsonl');
    const log = await SampleLog.open(file);
    for (const sample of [seen(0), seen(100), seen(200, { state: 'exited' })]) await log.add([sample]);
    expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(2);
  });

  it('are done without where they cannot be written, and it is said once', async () => {
    const complaints = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const inTheWay = path.join(folder, 'health');
    await writeFile(inTheWay, '');
    const log = await SampleLog.open(path.join(inTheWay, 'api.jsonl'));
    for (const at of [0, 100]) await log.add([seen(at, { restartCount: at })]);
    expect(complaints).toHaveBeenCalledTimes(1);
    complaints.mockRestore();
  });
});
