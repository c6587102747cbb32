import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type DiskPoint, diskCurvePage } from '../support/disk-curve.js';
import type { DeploymentWorld } from '../support/deployment-world.js';
import type { DockerProxy } from '../support/docker-proxy.js';
import { worldBehindProxy } from '../support/proxied-world.js';
import { deploySeries, diskUse, takeAwayBuilderAndRegistry } from '../support/release-series.js';
import { TestStack } from '../support/test-stack.js';

const DEPLOYMENTS = Number(process.env['EVENKEEL_DEPLOYMENTS'] ?? 100);
const KEEP = 5;
const MB = 1_000_000;
/** What one release brings: the layer of test/stacks/kept. */
const LAYER_BYTES = 4 * 1024 ** 2;
/** Beyond what the cache held before: so much of it may the deployments fill. */
const CACHE_BYTES = 64 * 1024 ** 2;
/** What a run may leave as its evidence, for ever. */
const EVIDENCE_BYTES = MB;
const BASE = 'evenkeel-test/web:1';

let proxy: DockerProxy;
let world: DeploymentWorld;
let stack: TestStack;

beforeAll(async () => {
  ({ proxy, world } = await worldBehindProxy());
  stack = await TestStack.make(world, 'kept');
}, 120_000);
afterAll(async () => {
  await stack?.remove();
  await world?.stop();
  await proxy?.close();
}, 120_000);

it(
  `${DEPLOYMENTS} deployments in a row: the disk stays within its budget, and the last ${KEEP} come back offline`,
  async () => {
    const cap = (await diskUse(stack, BASE)).cacheBytes + CACHE_BYTES;
    const curve: DiskPoint[] = [];
    await deploySeries(
      stack,
      { from: 1, to: DEPLOYMENTS, variables: `KEEP=${KEEP}\nBUILD_CACHE=${cap}\n` },
      async (deployment) => {
        curve.push({ deployment, ...(await diskUse(stack, BASE)) });
        if (deployment <= KEEP + 3 || deployment % 10 === 0) tell(`${deployment} deployed`);
        await writeFile(path.join('dist', 'hundred.json'), `${JSON.stringify(curve, undefined, 2)}\n`);
      },
    );

    const last = curve.at(-1)!;
    const afterwards = curve.slice(KEEP + 1);
    expect(Math.max(...afterwards.map(({ images }) => images))).toBe(KEEP + 1);
    expect(Math.max(...afterwards.map(({ imageBytes }) => imageBytes))).toBeLessThan((KEEP + 2) * LAYER_BYTES);
    expect(last.cacheBytes).toBeLessThan(cap + 2 * LAYER_BYTES);
    expect(last.runBytes / DEPLOYMENTS).toBeLessThan(EVIDENCE_BYTES);
    const half = curve[Math.floor(DEPLOYMENTS / 2)]!;
    // Records stay; they are all that grows.
    expect((last.releaseBytes - half.releaseBytes) / (DEPLOYMENTS / 2)).toBeLessThan(10_000);

    takeAwayBuilderAndRegistry(proxy);
    await rm(path.join(stack.directory, 'Dockerfile'));
    for (let release = DEPLOYMENTS - 1; release >= DEPLOYMENTS - KEEP; release -= 1) {
      const back = await world.evenkeel(['--json', '-p', stack.name, 'rollback', String(release)]);
      expect([release, back.exitCode, back.stderr]).toEqual([release, 0, expect.anything()]);
      expect((await stack.state())['app-1']).toBe(`running ${release}`);
      tell(`release ${release} serves again, without builder and registry`);
    }
    const gone = await world.evenkeel(['--json', '-p', stack.name, 'rollback', String(DEPLOYMENTS - KEEP - 1)]);
    expect([gone.exitCode, gone.stdout]).toEqual([4, expect.stringContaining('is no longer kept')]);
    const audit = await world.evenkeel(['audit', 'verify', '-p', stack.name]);
    expect([audit.exitCode, audit.stderr]).toEqual([0, expect.anything()]);
    const page = diskCurvePage(curve, { keep: KEEP, day: new Date().toISOString().slice(0, 10) });
    tell(page);
    await writeFile(path.join(DEPLOYMENTS < 100 ? 'dist' : 'docs', 'disk-curve.md'), page);
  },
  3 * 3_600_000,
);

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
