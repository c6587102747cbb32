import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { appendRelease } from '../../../src/store/releases.js';
import { noteVerification, readVerification, verifiedOf } from '../../../src/store/verifications.js';

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
