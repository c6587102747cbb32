import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { repository } from '../support/deployment-world.js';
import { ProductionTemporal } from '../support/production-temporal.js';

/** What has to be the same whichever Temporal it is: the runbooks, what people tell them, and workers that die. */
const SCENARIOS = ['approval', 'deploy', 'evidence', 'interrupted', 'rollback', 'schedule'];

let folder: string;
let temporal: ProductionTemporal;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-production-'));
  temporal = await ProductionTemporal.start(folder);
}, 600_000);
afterAll(async () => {
  await temporal?.teardown();
  await rm(folder, { recursive: true, force: true });
}, 120_000);

it.each(SCENARIOS)(
  'scenario %s passes on the Temporal of docker-compose.temporal.yml',
  async (scenario) => {
    const tests = spawn(process.execPath, ['scripts/run-tests.mjs', `test/scenarios/${scenario}.test.ts`], {
      cwd: repository,
      env: { ...process.env, EVENKEEL_TEST_TEMPORAL: temporal.address },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { stdout: '', stderr: '' };
    tests.stdout.on('data', (data: Buffer) => (said.stdout += data.toString()));
    tests.stderr.on('data', (data: Buffer) => (said.stderr += data.toString()));
    const [exitCode] = (await once(tests, 'close')) as [number | null];
    if (exitCode !== 0) throw new Error(said.stderr);
    expect(said.stdout).toMatch(/[1-9]\d* passed, 0 failed/);
  },
  1_800_000,
);
