import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { releaseMetrics } from '../../../activities/release-metrics.js';
import type { World } from '../../../activities/world.js';
import type { ContainerInspect, Engine } from '../../../src/docker/engine.js';
import type { ObservedContainer, ObservedStack } from '../../../src/plan/observed-stack.js';
import { runFolder } from '../../../src/store/layout.js';
import { sampleOf, writeIn } from '../../support/past-run.js';

const RUN = { workflowId: 'deploy', runId: 'run' };
let home: string;
beforeEach(async () => (home = await mkdtemp(path.join(os.tmpdir(), 'ek-metrics-'))));
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(home, { recursive: true, force: true });
});

const container = (id: string, startedAtMs: number) =>
  ({
    ...{ id, service: 'api', state: 'running', restartCount: 0, createdAtMs: startedAtMs, startedAtMs },
  }) as ObservedContainer;

/** As Docker has it, with how long runs of its healthcheck took. */
function inspect(...tookMs: [passed: number, failed: number]): ContainerInspect {
  const Log = tookMs.map((ms, ExitCode) => ({
    ...{ ExitCode, Output: '', Start: new Date(0).toISOString(), End: new Date(ms).toISOString() },
  }));
  const Labels = { 'com.docker.compose.service': 'api' };
  return { Config: { Labels }, State: { Health: { Log } } } as unknown as ContainerInspect;
}

const used = (cpuMs: number, memoryBytes: number) => [{ container: 'api-1', service: 'api', cpuMs, memoryBytes }];

async function metricsWith(engine: Partial<Engine>) {
  const world = { layout: { home, lockDir: home }, engine } as unknown as World;
  const observed = { project: 'shop', containers: [container('new', 3000)] } as ObservedStack;
  const environment = new MockActivityEnvironment({ workflowExecution: RUN }, { logger: new DefaultLogger('ERROR') });
  return environment.run(() => releaseMetrics(world, 'shop', observed));
}

describe('what services used before a release and since', () => {
  it('is reckoned from what the run has noted, and what is there now', async () => {
    const folder = runFolder({ home, lockDir: home }, 'shop', RUN.workflowId, RUN.runId);
    await writeIn(folder, 'evidence/before.json', { containers: [container('old', 1)], inspects: [inspect(70, 9)] });
    await writeIn(folder, 'evidence/resources.jsonl', [
      { atMs: 1000, containers: used(0, 10) },
      { atMs: 2000, containers: used(100, 10) },
      { atMs: 3500, containers: used(0, 30) },
    ]);
    const probe = { outcome: 'ok' as const, atMs: 3100, durationMs: 20 };
    const lastRun = { outcome: 'ok' as const, atMs: 3200, durationMs: 40 };
    await writeIn(folder, 'health/api.jsonl', [
      ...[sampleOf({ atMs: 1, id: 'other', probe: { ...probe, durationMs: 900 } })],
      ...[sampleOf({ atMs: 2, id: 'new', probe }), sampleOf({ atMs: 3, id: 'new', probe })],
      ...[sampleOf({ atMs: 4, id: 'new', probe: lastRun })],
    ]);
    const now = { inspects: async () => [inspect(60, 9)], usage: async () => used(500, 40) };
    expect(await metricsWith(now)).toEqual({
      before: { api: { cpu: 0.1, memoryBytes: 10, restarts: 0, probeMs: 70 } },
      after: { api: { cpu: expect.any(Number), memoryBytes: 40, restarts: 0, probeMs: 40 } },
    });
  });

  it('fails no release where Docker does not say it', async () => {
    const said = jest.spyOn(console, 'error').mockReturnValue(undefined);
    const folder = runFolder({ home, lockDir: home }, 'shop', RUN.workflowId, RUN.runId);
    await writeIn(folder, 'evidence/before.json', { containers: [], inspects: [] });
    const usage = async () => Promise.reject(new Error('Docker is away'));
    expect(await metricsWith({ inspects: async () => [], usage })).toBeUndefined();
    expect(said).toHaveBeenCalledWith('a release is recorded without metrics: Docker is away');
  });
});
