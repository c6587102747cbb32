import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { DeployResult } from '../../../src/spec/deploy-result.js';
import type { Outcome } from '../../../src/spec/outcome.js';
import { writeCapture } from '../../../src/store/captures.js';
import { runFolder, stackFolder, type Layout } from '../../../src/store/layout.js';
import { noteResult } from '../../../src/store/run-folders.js';
import { lastUnended, unendedCaptures } from '../../../src/store/unended-captures.js';

let layout: Layout;
beforeEach(async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ek-unended-'));
  layout = { home, lockDir: path.join(home, 'locks') };
});
afterEach(() => rm(layout.home, { recursive: true, force: true }));

const folderOf = (runId: string): string => runFolder(layout, 'shop', 'deploy', runId);

async function captured(runId: string, epoch: number): Promise<void> {
  const folder = path.join(path.relative(stackFolder(layout, 'shop'), folderOf(runId)), 'capture');
  const nothing = { frozen: '', containers: {}, sick: [], tags: {}, networks: [], volumes: [] };
  await writeCapture(layout, 'shop', folder, { ...nothing, epoch });
}

async function ended(runId: string, outcome: Outcome, overtaken = false, touched: string[] = []): Promise<void> {
  await noteResult(folderOf(runId), { outcome, touched, restored: [] as string[] } as DeployResult, overtaken);
}

const unended = async (): Promise<string[]> =>
  (await unendedCaptures(layout, 'shop')).map(({ runFolder: folder }) => path.basename(folder));

it('are those since the last run that came to its end, newest first', async () => {
  for (const [epoch, run] of ['terminated', 'ended', 'killed', 'own'].entries()) await captured(run, epoch + 1);
  await ended('ended', 'rolled-back');
  expect(await unended()).toEqual(['own', 'killed']);
});

it.each<[Outcome, boolean]>([
  ['needs-human', false],
  ['rejected', true],
  ['rollback-failed', true],
])('include a run that was overtaken and wrote its result all the same: %s', async (outcome, overtaken) => {
  await captured('overtaken', 1);
  await captured('own', 2);
  await ended('overtaken', outcome, overtaken);
  expect(await unended()).toEqual(['own', 'overtaken']);
});

const last = async (): Promise<string | undefined> => {
  const found = await lastUnended(layout, 'shop');
  return found && path.basename(found.runFolder);
};

it('the last one counts for as long as the runs since have touched nothing', async () => {
  for (const [epoch, run] of ['older', 'terminated', 'refused', 'aborted'].entries()) await captured(run, epoch + 1);
  await ended('refused', 'rejected');
  await ended('aborted', 'aborted');
  expect(await last()).toBe('terminated');
});

it.each<[Outcome, string[]]>([
  ['rolled-back', ['api']],
  ['needs-human', ['api']],
  ['succeeded', []],
])('the last one does not count any more once another has ended as %s', async (outcome, touched) => {
  await captured('terminated', 1);
  await captured('since', 2);
  await ended('since', outcome, false, touched);
  expect(await last()).toBeUndefined();
});
