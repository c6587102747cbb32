/**
 * Plays schedules of the model check: deployments by the real workflow code, on a Temporal and a host that are made up, to which
 * anything may happen. Each seed is one schedule.
 *   npm run test:model -- --runs 10000            the schedules of the seeds 1 to 10000
 *   npm run test:model -- --runs 500 --from 3000
 *   npm run test:model -- --seed 4711             that one
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
  },
});
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const ended = spawnSync(process.execPath, [...flags, jest, '-c', 'test/jest.config.mjs', 'test/model/'], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
  env: {
    ...process.env,
    EVENKEEL_MODEL_SEED: values.seed ?? values.from,
    EVENKEEL_MODEL_RUNS: values.seed === undefined ? values.runs : '1',
  },
});
process.exitCode = ended.status ?? 1;
