import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { appendRelease } from '../../../src/store/releases.js';
import {
  noteProbation,
  noteVerification,
  readVerification,
  servingRelease,
  verifiedOf,
} from '../../../src/store/verifications.js';

let home: string;
beforeEach(async () => (home = await mkdtemp(path.join(os.tmpdir(), 'ek-verified-'))));
afterEach(() => rm(home, { recursive: true, force: true }));

it('says what became of a release once; the first word stands, and a release that is not there gets none', async () => {
  const layout = { home, lockDir: home };
  const run = { kind: 'deployed', workflowId: 'deploy', runId: '1' } as const;
  await appendRelease(layout, 'shop', run, async () => ({ at: '2026-01-01T00:00:00.000Z', services: {} }));
  expect(await verifiedOf(layout, 'shop', '1')).toBe('unknown');

  const sick = { verified: 'sick', at: '2026-01-01T00:05:00.000Z', reason: 'api: exited with 3' } as const;
  expect(await noteVerification(layout, 'shop', '1', sick)).toEqual(sick);
  expect(await noteVerification(layout, 'shop', '1', { ...sick, verified: 'verified' })).toEqual(sick);
  expect(await readVerification(layout, 'shop', '1')).toEqual(sick);

  expect(await noteVerification(layout, 'shop', '2', sick)).toBeUndefined();
  expect(await verifiedOf(layout, 'shop', '2')).toBe('unknown');
});

it('says of the release that serves whether it is verified, and why not', async () => {
  const layout = { home, lockDir: home };
  const at = '2026-01-01T00:00:00.000Z';
  const run = { workflowId: 'deploy', runId: '1' };
  const told = (id: string, kind: 'baseline' | 'deployed', nowMs = 0) =>
    servingRelease(layout, 'shop', { id, at, kind }, nowMs).then(({ verified, reason }) => [verified, reason]);
  for (const kind of ['baseline', 'deployed'] as const) {
    await appendRelease(layout, 'shop', { kind, ...run }, async () => ({ at, services: {} }));
  }
  expect(await told('1', 'baseline')).toEqual(['unknown', 'it was found running']);
  expect(await told('2', 'deployed')).toEqual(['unknown', 'nothing has watched it']);

  const probation = { sinceMs: 1000, forMs: 300_000 };
  await noteProbation(layout, 'shop', '2', probation);
  expect(await told('2', 'deployed', 301_000)).toEqual(['on-probation', 'for 5m00s, since 1970-01-01T00:00:01Z']);
  // Whoever watched it was terminated.
  expect(await told('2', 'deployed', 86_400_000)).toEqual(['unknown', 'its probation has come to no end']);
  await noteProbation(layout, 'shop', '2', { ...probation, ended: 'api: it was stopped by hand' });
  expect(await told('2', 'deployed', 301_000)).toEqual(['unknown', 'api: it was stopped by hand']);

  await noteVerification(layout, 'shop', '2', { verified: 'verified', at, reason: 'stayed well' });
  expect(await servingRelease(layout, 'shop', { id: '2', at, kind: 'deployed' })).toEqual({
    ...{ id: '2', at, verified: 'verified', reason: 'stayed well' },
  });

  await noteProbation(layout, 'shop', '3', probation);
  expect(await told('3', 'deployed')).toEqual(['unknown', 'nothing has watched it']);
});
