import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { type Fault, FaultInjected, faultPointsFrom } from '../../../src/worker/fault-points.js';

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

/** Whether a step with these arguments fails by a fault that is for the service `db`. */
async function strikesDb(args: unknown[]): Promise<boolean> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'ek-faults-'));
  folders.push(folder);
  const fault: Fault = { activity: '*', service: 'db', point: 'before', action: 'fail' };
  writeFileSync(path.join(folder, 'faults'), JSON.stringify([fault]));
  const strike = faultPointsFrom({ EVENKEEL_FAULTS: path.join(folder, 'faults') })!;
  return strike('before', 'aStep', args).then(
    () => false,
    (error: unknown) => error instanceof FaultInjected,
  );
}

it('strikes only what is about the service of a fault, or about a store of it', async () => {
  expect(await strikesDb([{ service: 'db' }])).toBe(true);
  expect(await strikesDb([{ step: { service: 'db' } }])).toBe(true);
  expect(await strikesDb([{ store: { id: 'postgres-db', service: 'db' } }])).toBe(true);
  expect(await strikesDb([{ service: 'web' }])).toBe(false);
  expect(await strikesDb([{ store: { id: 'volume-state', service: 'web' } }])).toBe(false);
  expect(await strikesDb([])).toBe(false);
});
