import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Layout } from '../../../src/store/layout.js';
import { keptRuns, readAccount } from '../../../src/store/bundles.js';
import { readEvidence } from '../../../src/store/read-evidence.js';
import { appendRelease } from '../../../src/store/releases.js';
import { verifyEvidence } from '../../../src/store/verify-evidence.js';
import { accountOfGolden, keepRun, sampleOf, writeIn } from '../../support/past-run.js';

let layout: Layout;

beforeEach(async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ek-read-evidence-'));
  layout = { home, lockDir: home };
});
afterEach(() => rm(layout.home, { recursive: true, force: true }));

it('of a run is read from its folder: of the stack and of the twin, sealed or not', async () => {
  const sample = sampleOf({ atMs: 1 });
  const used = { atMs: 2, containers: [{ container: 'shop-api-1', service: 'api', cpuMs: 3, memoryBytes: 4 }] };
  const account = await accountOfGolden('deploy-succeeded');
  const folder = await keepRun(layout, account, {
    'plan.json': { waves: [] },
    'health/api%2F1.jsonl': [sample],
    'twin/health/api.jsonl': [sample],
    'evidence/before.json': { runningServices: ['api'], inspects: [] },
    // A killed writer has left half a line.
    'evidence/resources.jsonl': `${JSON.stringify(used)}\n{"atMs":`,
    'scan/api.json': { service: 'api', lines: 3, unread: [], findings: [] },
    'scan/baseline/api.json': { known: [] },
    'scan/twin/api.json': { service: 'api', lines: 4, unread: [], findings: [] },
    'endpoints/api.json': { service: 'api', verdict: 'pass', reason: 'ok', endpoints: [] },
  });
  const metrics = { before: {}, after: { api: { restarts: 0 } } };
  const { workflowId, runId } = account;
  for (const record of [
    { runId: 'another', metrics: { before: {}, after: {} } },
    { runId, metrics },
  ]) {
    const made = { at: '2026-01-01T00:00:00.000Z', services: {}, metrics: record.metrics };
    await appendRelease(layout, 'shop', { kind: 'deployed', workflowId, runId: record.runId }, async () => made);
  }
  const evidence = await readEvidence(layout, 'shop', folder);
  expect(evidence).toMatchObject({
    ...{ folder, plan: { waves: [] }, runningBefore: ['api'], resources: [used], metrics, seal: { number: 1 } },
    health: [
      { service: 'api/1', samples: [sample] },
      { service: 'api', onTwin: true, samples: [sample] },
    ],
    scans: [
      { service: 'api', lines: 3 },
      { service: 'api', onTwin: true, lines: 4 },
    ],
    endpoints: [{ service: 'api', verdict: 'pass' }],
  });
  const { seal: _seal, ...unsealed } = evidence;
  await rm(path.join(layout.home, 'stacks', 'shop', 'evidence-chain.jsonl'));
  expect(await readEvidence(layout, 'shop', folder)).toEqual(unsealed);
});

it('is empty of a run that came to nothing', async () => {
  const folder = await keepRun(layout, await accountOfGolden('deploy-rejected'));
  expect(await readEvidence(layout, 'shop', folder)).toMatchObject({
    ...{ folder, health: [], resources: [], scans: [], endpoints: [] },
  });
});

it('is found for each run with a folder, the latest first, also for one that is open', async () => {
  const closed = await accountOfGolden('deploy-succeeded', { startedAtMs: 1000 });
  await keepRun(layout, closed);
  const open = { ...closed, runId: 'r2', startedAtMs: 2000 };
  const folder = await keepRun(layout, open);
  await rm(path.join(folder, 'evidence/account.json'));
  const kept = await keptRuns(layout, 'shop');
  expect(kept.map(({ runId }) => runId)).toEqual(['r2', closed.runId]);
  expect(await readAccount(kept[0]!.folder)).toBeUndefined();
  expect(await readAccount(kept[1]!.folder)).toEqual(JSON.parse(JSON.stringify(closed)));
});

it('may have a page beside it, which belongs to no seal', async () => {
  const folder = await keepRun(layout, await accountOfGolden('deploy-succeeded'));
  await writeIn(folder, 'report.html', '<!doctype html>');
  expect((await verifyEvidence(layout, 'shop', { key: Buffer.from('key') })).problems).toEqual([]);
});
