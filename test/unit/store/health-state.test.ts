import { mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { HealthReport } from '../../../src/spec/check-report.js';
import { type HealthState, readHealth, stateBefore, writeHealth } from '../../../src/store/health-state.js';
import type { Layout } from '../../../src/store/layout.js';

let layout: Layout;
beforeEach(async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ek-health-'));
  layout = { home, lockDir: home };
});
afterEach(() => rm(layout.home, { recursive: true, force: true }));

/** Notes a look as a run does that has just made it. */
async function look(runId: string): Promise<HealthState | undefined> {
  const before = stateBefore(await readHealth(layout, 'shop'), runId);
  const report = { stack: 'shop', health: 'healthy' } as HealthReport;
  await writeHealth(layout, 'shop', { runId, report, restarts: {}, tables: {}, ...(before ? { before } : {}) });
  return readHealth(layout, 'shop');
}

it('a look goes on from the one before it, and a second attempt from where the first one did', async () => {
  expect((await look('run-1'))?.before).toBeUndefined();
  expect((await look('run-2'))?.before?.runId).toBe('run-1');
  expect((await look('run-2'))?.before?.runId).toBe('run-1');
  expect((await look('run-3'))?.before?.runId).toBe('run-2');
});

it('the file stays as small as two looks, however many there have been', async () => {
  const size = async () => (await stat(path.join(layout.home, 'stacks', 'shop', 'health.json'))).size;
  await look('run-1');
  await look('run-2');
  const ofTwo = await size();
  for (const runId of ['run-3', 'run-4', 'run-5']) await look(runId);
  expect(await size()).toBe(ofTwo);
});
